// Stages the members that a load names: everyone's known row and each member's first date.
#ifndef MUSTER_INDEX_LOADING_STAGING_EVERYONE_STAGE_H_
#define MUSTER_INDEX_LOADING_STAGING_EVERYONE_STAGE_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/types/span.h"
#include "index/concurrency/work_budget.h"
#include "index/loading/intake/fragment_span.h"
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

// Everyone ∪ the members of a load, span by span. A member's first date becomes the earlier of its old one and
// the business date, in whatever order loads come. Not thread-safe.
class EveryoneStage {
 public:
  // `parent` has everyone's current version, which must stay current until this is published. `spans`: whether
  // several will come. Lifetime: `parent` and `budget` outlive it.
  EveryoneStage(const Snapshot& parent, absl::CivilDay business_date, bool spans, const WorkBudget& budget)
      : parent_(parent), business_date_(business_date), spans_(spans), budget_(budget) {}

  // `members` (ascending, without duplicates) are in fragments behind those of the calls before. REQUIRES: as
  // StoreWriter::BeginPart. Errors of the budget end it.
  absl::Status Stage(StagedBatch& batch, absl::Span<const Ordinal> members);
  // Adds the rest to the last batch. REQUIRES: Stage was called.
  absl::StatusOr<StagedEveryone> Finish();

 private:
  absl::Status Begin(StagedBatch& batch);

  const Snapshot& parent_;
  const absl::CivilDay business_date_;
  const bool spans_;
  const WorkBudget& budget_;
  std::vector<RowId> slices_;  // that the parent has or the date needs, ascending
  std::unique_ptr<RowSink> sink_;
  StagedEveryone staged_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_STAGING_EVERYONE_STAGE_H_
