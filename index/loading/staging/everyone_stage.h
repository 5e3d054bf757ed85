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
#include "index/versions/snapshots/fragment_reader.h"
#include "index/versions/snapshots/snapshot.h"

namespace muster::index {

struct StagedEveryone {
  StagedVersion version;
  uint64_t new_members = 0;   // those of `members` that weren't in the parent
  uint64_t member_count = 0;  // afterwards
};

// Everyone ∪ the members of a load, span by span. A member's first date becomes the earlier of its old one and
// the business date, in whatever order loads come. Not thread-safe.
//
// Loads stage at the same time, and each of them publishes a version of everyone. So the parent of this one
// may have a child when the load publishes. It then needs another parent, and its edge is corrected in the
// fragments that changed since: where both loads name a new member, both edges would add it, and XOR would take
// it away again. What is kept for that is the set of members that the load names.
class EveryoneStage {
 public:
  // `parent` has everyone's current version. Lifetime: `parent` and `budget` outlive it.
  EveryoneStage(const Snapshot& parent, absl::CivilDay business_date, const WorkBudget& budget)
      : parent_(&parent), business_date_(business_date), budget_(budget) {}

  // `members` (ascending, without duplicates) are in fragments behind those of the calls before. REQUIRES: as
  // StoreWriter::BeginPart. Errors of the budget end it.
  absl::Status Stage(StagedBatch& batch, absl::Span<const Ordinal> members);
  // Adds the rest to the last batch. REQUIRES: Stage was called.
  absl::StatusOr<StagedEveryone> Finish();
  // Takes another parent, which differs from the one before only in the fragments `changed` (ascending). Reads
  // and writes those of them that have a member of the load. REQUIRES: Finish was called, this wasn't, and what
  // was staged is durable or in `batch`.
  absl::StatusOr<StagedEveryone> Rebase(StagedBatch& batch, const Snapshot& parent,
                                        absl::Span<const uint32_t> changed);

 private:
  absl::Status Begin(StagedBatch& batch);
  // A fragment's rows, everyone's first and then `slices_`.
  absl::StatusOr<std::vector<Bitmap>> ReadRows(FragmentReader& reader, uint32_t fragment) const;
  // The same when `named` have joined.
  std::vector<Bitmap> Join(const std::vector<Bitmap>& rows, const Bitmap& named) const;
  // Those of `named` that get the load's date: new ones, and those whose date is later.
  Bitmap Redated(const std::vector<Bitmap>& rows, const Bitmap& named) const;
  bool IsSet(RowId slice) const;

  const Snapshot* parent_;
  const absl::CivilDay business_date_;
  const WorkBudget& budget_;
  std::vector<RowId> slices_;  // that the parent has or the date needs, ascending
  std::unique_ptr<RowSink> sink_;
  FragmentSets named_;  // all members of the load
  StagedEveryone staged_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_STAGING_EVERYONE_STAGE_H_
