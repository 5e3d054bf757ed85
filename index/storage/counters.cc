#include "index/storage/counters.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "index/status/status_facts.h"
#include "index/status/status_macros.h"
#include "index/storage/pages/corrupt.h"
#include "index/storage/pages/keys.h"

namespace muster::index {
namespace {

DatabaseId CountersOf(const Transaction& transaction) {
  return transaction.environment_kind() == EnvironmentKind::kIndex ? DatabaseId::kCounters
                                                                   : DatabaseId::kMemberCounters;
}

}  // namespace

absl::StatusOr<uint64_t> LastNumber(const Transaction& transaction, std::string_view counter) {
  ASSIGN_OR_RETURN(std::optional<std::string_view> stored, transaction.Get(CountersOf(transaction), counter));
  if (!stored.has_value()) return 0;
  if (stored->size() != sizeof(uint64_t)) {
    return Corrupt(absl::StrCat("counter \"", std::string(counter), "\""));
  }
  return ReadU64(stored->data());
}

absl::StatusOr<uint64_t> NextNumber(WriteTransaction& transaction, std::string_view counter) {
  absl::StatusOr<uint64_t> last = LastNumber(transaction, counter);
  RETURN_IF_ERROR(last.status());
  const uint64_t next = *last + 1;
  RETURN_IF_ERROR(transaction.Put(CountersOf(transaction), counter, MakeKey64(next)));
  return next;
}

absl::StatusOr<uint32_t> NextId(WriteTransaction& transaction, std::string_view counter) {
  return NextIds(transaction, counter, 1);
}

absl::StatusOr<uint32_t> NextIds(WriteTransaction& transaction, std::string_view counter, uint32_t count) {
  ASSIGN_OR_RETURN(uint64_t last, LastNumber(transaction, counter));
  const uint64_t end = last + count;
  if (end >= UINT32_MAX) {
    return WithLimit(absl::ResourceExhaustedError(absl::StrCat("all ", UINT32_MAX - 1, " numbers of \"",
                                                               std::string(counter),
                                                               "\" are used up; load into a new population")),
                     UINT32_MAX - 1);
  }
  RETURN_IF_ERROR(transaction.Put(CountersOf(transaction), counter, MakeKey64(end)));
  return static_cast<uint32_t>(last + 1);
}

}  // namespace muster::index
