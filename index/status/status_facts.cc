#include "index/status/status_facts.h"

#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "index/status/status_reason.h"

namespace muster::index {
namespace {

constexpr char kPrefix[] = "muster/fact/";

absl::string_view ForAbseil(std::string_view text) { return absl::string_view(text.data(), text.size()); }

}  // namespace

absl::Status WithFact(absl::Status status, std::string_view name, std::string_view value) {
  if (!value.empty()) status.SetPayload(absl::StrCat(kPrefix, ForAbseil(name)), absl::Cord(ForAbseil(value)));
  return status;
}

absl::Status WithLimit(absl::Status status, uint64_t limit) {
  return WithFact(WithReason(std::move(status), Reason::kLimit), kFactLimit, absl::StrCat(limit));
}

std::map<std::string, std::string> FactsOf(const absl::Status& status) {
  std::map<std::string, std::string> facts;
  status.ForEachPayload([&facts](absl::string_view url, const absl::Cord& value) {
    if (absl::ConsumePrefix(&url, kPrefix)) facts[std::string(url)] = std::string(value);
  });
  return facts;
}

}  // namespace muster::index
