// Corrects a staged edge whose parent is no longer the version that it will follow.
#ifndef MUSTER_INDEX_VERSIONS_PUBLISHING_EDGE_PATCH_H_
#define MUSTER_INDEX_VERSIONS_PUBLISHING_EDGE_PATCH_H_

#include <cstdint>
#include <map>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "index/bitmap/bitmap.h"
#include "index/versions/publishing/row_totals.h"
#include "index/versions/publishing/staged.h"
#include "index/versions/publishing/staged_batch.h"

namespace muster::index {

// Moves an edge that is staged and not published yet to another parent. Records stay as they are where the two
// parents are equal; the caller corrects the others. Used once, by one thread.
class EdgePatch {
 public:
  // One row in one fragment: on both sides of the edge as it was staged, and as it will be. Borrowed.
  struct Correction {
    const Bitmap& old_parent;
    const Bitmap& old_child;
    const Bitmap& parent;
    const Bitmap& child;
  };

  // `staged` as EdgeWriter::Finish returned it, with the writer's totals; durable, or in `batch`. Lifetime: the
  // batch outlives it.
  EdgePatch(StagedBatch& batch, const StagedVersion& staged, const RowTotals<EdgeStats>& totals);

  // Replaces the record of a row in a fragment, once.
  absl::Status Correct(RowId row, uint32_t fragment, const Correction& correction);
  // Adds the rest to the batch. An edge that has no record any more is taken away: StagedVersion::edge is then
  // kNoEdge.
  absl::StatusOr<StagedVersion> Finish(Version parent);

 private:
  absl::Status WriteStats(RowId row, const EdgeStats& was, const EdgeStats& stats);

  StagedBatch& batch_;
  StagedVersion staged_;
  std::map<RowId, EdgeStats> before_, now_;  // of rows with statistics
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_PUBLISHING_EDGE_PATCH_H_
