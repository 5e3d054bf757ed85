// Stages the members that a load names: everyone's known row and each member's first date.
#ifndef MUSTER_INDEX_LOADING_STAGING_EVERYONE_STAGE_H_
#define MUSTER_INDEX_LOADING_STAGING_EVERYONE_STAGE_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "index/concurrency/work_budget.h"
#include "index/loading/staging/row_sink.h"
#include "index/versions/publishing/staged.h"
#include "index/versions/publishing/staged_batch.h"
#include "index/versions/snapshots/snapshot.h"

namespace muster::index {

struct StagedEveryone {
  StagedVersion version;
  uint64_t new_members = 0;   // those of `members` that weren't in the parent
  uint64_t member_count = 0;  // afterwards
};

// Everyone ∪ `members` (ascending, without duplicates). A member's first date becomes the earlier of its old
// one and `business_date`, in whatever order loads come. `parent` has everyone's current version, which must
// stay current until this is published. Errors of `budget` end it.
absl::StatusOr<StagedEveryone> StageEveryone(StagedBatch& batch, const Snapshot& parent,
                                             const std::vector<Ordinal>& members,
                                             absl::CivilDay business_date, const WorkBudget& budget);

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_STAGING_EVERYONE_STAGE_H_
