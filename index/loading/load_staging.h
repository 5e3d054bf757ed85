// Stages what a load brings: new values, members, and tags.
#ifndef MUSTER_INDEX_LOADING_LOAD_STAGING_H_
#define MUSTER_INDEX_LOADING_LOAD_STAGING_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "index/concurrency/work_budget.h"
#include "index/loading/intake/accepted_records.h"
#include "index/loading/intake/record_intake.h"
#include "index/loading/plan/load_plan.h"
#include "index/loading/staging/everyone_stage.h"
#include "index/loading/staging/stage_together.h"
#include "index/loading/staging/tag_stage.h"
#include "index/versions/publishing/staged_batch.h"
#include "index/versions/snapshots/snapshot.h"

namespace muster::index {

// What a load is staged from. Borrowed but for `twice`.
struct StagingSource {
  const LoadPlan& plan;        // its tags have their ids
  const RecordIntake& intake;  // for the new values
  AcceptedRecords& accepted;
  const Snapshot& parents;  // has everyone's current version, and each tag's parent
  const Snapshot& later;    // has the version of each tag that is staged a second time
  // By tag: whether it is staged on its version in `later` too (a MERGE that is published twice).
  std::vector<bool> twice;
};

// Stages tile by tile: the pieces of a tile on several threads, each tile durably before the next, unless the
// target holds items. Used once, by one thread.
class LoadStaging {
 public:
  LoadStaging(const StagingTarget& target, const StagingSource& source, const WorkBudget& budget);

  // After an error the caller discards what was staged.
  absl::Status Run();

  // As EveryoneStage::Rebase, durably, or into what the target holds. REQUIRES: Run returned OK, and this wasn't called.
  absl::Status RebaseEveryone(const Snapshot& parent, absl::Span<const uint32_t> changed);

  // REQUIRES, for these: Run returned OK.
  const StagedEveryone& everyone() const { return staged_everyone_; }
  const StagedTag& tag(size_t i) const { return *staged_[i]; }
  // Null unless the tag was staged twice.
  const StagedTag* tag_again(size_t i) const { return staged_again_[i] ? &*staged_again_[i] : nullptr; }

 private:
  TagStaging StagingOf(size_t tag, const Snapshot& parents) const;
  absl::Status Begin(size_t tag);
  // Shows all cells of all tiles to the stages that need to see them before they stage the first tile
  // (TagStage::NeedsSurvey).
  absl::Status Survey();
  // Whose turn it is: the first tile's, the last one's; and the threads that it takes at most.
  struct TileTurn {
    bool first = false, last = false;
    size_t threads = 1;
  };
  absl::Status StageTile(Tile& tile, const TileTurn& turn);
  absl::Status StageValues(StagedBatch& batch);
  absl::Status StageMembers(const Tile& tile, bool last, StagedBatch& batch);
  absl::Status StageTag(size_t tag, Tile& tile, bool last, StagedBatch& batch);
  // Ends a tag's stage after the last tile. `parents`: those of StagingOf.
  absl::Status FinishTag(size_t tag, const Snapshot& parents, std::unique_ptr<TagStage>& stage,
                         std::optional<StagedTag>& staged) const;

  const StagingTarget target_;
  const StagingSource source_;
  const WorkBudget& budget_;
  const bool has_several_tiles_;
  std::vector<std::vector<ValueSize>> value_sizes_;  // by tag, when there are several tiles
  EveryoneStage everyone_;
  StagedEveryone staged_everyone_;
  std::vector<std::unique_ptr<TagStage>> stages_, stages_again_;  // by tag
  std::vector<uint64_t> named_;  // by tag: members whose cells the tiles so far give or remove
  std::vector<std::optional<StagedTag>> staged_, staged_again_;  // by tag
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_LOAD_STAGING_H_
