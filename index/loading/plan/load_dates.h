// What a load's business date means for its tags: which version each builds on, and which becomes current
// (docs/semantics.md, rules 20 and 21).
#ifndef MUSTER_INDEX_LOADING_PLAN_LOAD_DATES_H_
#define MUSTER_INDEX_LOADING_PLAN_LOAD_DATES_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "index/loading/plan/load_plan.h"
#include "index/storage/transaction.h"
#include "index/versions/records/published_versions.h"

namespace muster::index {

// INVALID_ARGUMENT, kBadRequest: the load's date is later than tomorrow, which is almost always a mistake,
// and the spec doesn't allow it. `today`: in the population's zone.
absl::Status CheckLoadDate(const LoadPlan& plan, absl::CivilDay today);

// How one tag of a load is published. A plain value.
struct TagDates {
  std::optional<Version> parent;  // AS OF the load's date; empty: before the tag's first version
  // The tag's current version, when it has a later date than the load.
  std::optional<PublishedVersion> later;
  // The load is published with its own date and becomes current although it is earlier: `later` was a
  // mistake.
  bool ends_later = false;
  // The load is also published a second time, on top of `later` and with that date.
  bool again = false;
};

// REQUIRES: `view` sees the tag's versions as they are until the load is published.
absl::StatusOr<TagDates> FindTagDates(const Transaction& view, TagId tag, const LoadPlan& plan,
                                      absl::CivilDay today);

// The versions that a load builds on, and what else is current. A plain value.
struct LoadParents {
  absl::CivilDay today;          // in the population's zone
  Version everyone = 0;          // everyone's current version
  absl::CivilDay everyone_date;  // of everyone's next version
  bool is_late = false;          // everyone has a version of a later date than the load's
  std::vector<TagDates> tags;    // in the order of the plan's
};

// REQUIRES: as FindTagDates, and the plan's tags have their ids. FAILED_PRECONDITION, kNothingToRemove: a REMOVE of a
// tag that has no version AS OF the load's date.
absl::StatusOr<LoadParents> FindLoadParents(const Transaction& view, const LoadPlan& plan,
                                            absl::CivilDay today);
// Whether both name the same versions of the tags.
bool BuildOnTheSame(const LoadParents& a, const LoadParents& b);
// Whether what was staged on `staged_on` must be staged again to be published on `now`: the load is a MERGE or REMOVE, and
// a version that it was staged on is no longer the one to build on.
bool IsOvertaken(const LoadPlan& plan, const LoadParents& staged_on, const LoadParents& now);

// One sentence about the tags that have later versions, for the load's result; empty when none has. `dates`
// are in the order of the plan's tags.
std::string LateSentence(const LoadPlan& plan, const std::vector<TagDates>& dates, absl::CivilDay today);

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_PLAN_LOAD_DATES_H_
