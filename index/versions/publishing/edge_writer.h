// Stages the differences between a version and its future child.
#ifndef MUSTER_INDEX_VERSIONS_PUBLISHING_EDGE_WRITER_H_
#define MUSTER_INDEX_VERSIONS_PUBLISHING_EDGE_WRITER_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "index/bitmap/bitmap.h"
#include "index/versions/publishing/row_totals.h"
#include "index/versions/publishing/staged.h"
#include "index/versions/publishing/staged_batch.h"

namespace muster::index {

// From about this many flips in a chunk on, reading another whole image is cheaper than XORing (measured),
// unless the image is much larger than the flips.
inline constexpr uint32_t kDenseFlipsPerChunk = 64;

// How a row in one fragment changes. A plain value.
struct EdgeChange {
  std::string record;  // encoded
  int64_t change = 0;  // members of the child − members of the parent
};
// The change from `parent` to `child`; empty when they are equal.
std::optional<EdgeChange> ChangeBetween(const Bitmap& parent, const Bitmap& child);

// Writes an edge in ascending key order, through a batch, in one or several parts, as a StoreWriter does.
// Takes its edge number with the first difference, so a load that changes nothing stages nothing.
class EdgeWriter {
 public:
  // REQUIRES: `parent` is a published version of `tag` (checked when publishing).
  EdgeWriter(StagedBatch& batch, TagId tag, Version parent);

  // As StoreWriter::BeginPart.
  void BeginPart(StagedBatch& batch);

  // Adds the change of one row in one fragment, from `parent` to `child`. Equal ones are skipped. REQUIRES:
  // (row, fragment) greater than the part's last one: INVALID_ARGUMENT.
  absl::Status Change(RowId row, uint32_t fragment, const Bitmap& parent, const Bitmap& child);
  // The same when the caller knows the difference. REQUIRES: `flips` is parent XOR child.
  absl::Status Change(Frontier at, const Bitmap& parent, const Bitmap& child, Bitmap flips);
  // Adds only the statistics of a value without a row: members of the child − members of the parent, which
  // are summed up over the parts; 0 is skipped. REQUIRES: `row` greater than the part's last one:
  // INVALID_ARGUMENT.
  absl::Status ChangeCount(RowId row, int64_t change);
  // Adds the rest to the batch; it is durable once the batch is flushed. StagedVersion::edge is kNoEdge when
  // nothing differs.
  absl::StatusOr<StagedVersion> Finish();
  // The statistics of its rows. REQUIRES: it was written in parts, and finished.
  const RowTotals<EdgeStats>& totals() const { return *totals_; }

 private:
  absl::Status MoveTo(Frontier here);
  absl::Status TakeNumber();
  absl::Status EndRow();
  absl::Status AddStats(RowId row, const EdgeStats& stats);

  StagedBatch* batch_;
  StagedVersion staged_;
  std::optional<Frontier> last_;                // of the part
  EdgeStats row_stats_;                         // of last_->row so far
  std::optional<RowTotals<EdgeStats>> totals_;  // when it is written in parts
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_PUBLISHING_EDGE_WRITER_H_
