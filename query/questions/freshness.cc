#include "query/questions/freshness.h"

#include <optional>
#include <set>
#include <string>

#include "absl/time/civil_time.h"
#include "index/status/status_facts.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "text/civil_text.h"
#include "text/sentence.h"

namespace muster::query {
namespace {

// Tags that the sentence names.
constexpr size_t kNamedMax = 5;

// The tags that are too old.
struct StaleTags {
  std::set<std::string> names;
  std::string named;  // the first ones with their dates

  void Add(const std::string& name, std::optional<absl::CivilDay> date) {
    if (!names.insert(name).second || names.size() > kNamedMax) return;
    AppendSentence(named, names.size() == 1 ? "" : ", ", "'", name, "' (",
                   date.has_value() ? DateText(*date) : "never loaded", ")");
  }
};

}  // namespace

absl::Status CheckFresh(const QuestionViews& views, absl::Span<const TagInView> tags) {
  const std::optional<absl::CivilDay> required = views.require_date();
  if (!required.has_value()) return absl::OkStatus();
  const index::PopulationView& view = *views.opened()[kFirstView];
  StaleTags stale;
  for (const TagInView& named : tags) {
    if (named.view != kFirstView) continue;
    ASSIGN_OR_RETURN(const std::optional<absl::CivilDay> date, view.tags().BusinessDate(named.tag.id));
    if (!date.has_value() || *date < *required) stale.Add(named.tag.name, date);
  }
  if (stale.names.empty()) return absl::OkStatus();
  if (stale.names.size() > kNamedMax)
    AppendSentence(stale.named, " and ", stale.names.size() - kNamedMax, " more");
  const bool one = stale.names.size() == 1;
  return index::WithFact(
      index::WithReason(absl::FailedPreconditionError(Sentence(
                            one ? "the tag " : "the tags ", stale.named, one ? " is" : " are", " older than ",
                            DateText(*required), ", the date that this answer requires: wait for ",
                            one ? "its" : "their", " loads (`muster wait`), or require an earlier date")),
                        index::Reason::kStaleTags),
      index::kFactStaleTags, stale.named);
}

}  // namespace muster::query
