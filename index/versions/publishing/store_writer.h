// Builds a new store, which is invisible until it is published.
#ifndef MUSTER_INDEX_VERSIONS_PUBLISHING_STORE_WRITER_H_
#define MUSTER_INDEX_VERSIONS_PUBLISHING_STORE_WRITER_H_

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "index/bitmap/bitmap.h"
#include "index/versions/publishing/row_totals.h"
#include "index/versions/publishing/staged.h"
#include "index/versions/publishing/staged_batch.h"
#include "index/versions/records/values_with_rows.h"

namespace muster::index {

// Writes a store's base in ascending key order, through a batch. Used by the batch's thread, one writer of a
// batch at a time. A base may be written in several parts, each of which has other fragments of all rows: the
// statistics of a row are then summed up and written at the end. Lifetime: the batch of a part outlives it.
class StoreWriter {
 public:
  // Takes a store number. `values_with_rows`: for the layout in which only some values have rows. `scale`:
  // the scale of a NUMBER.
  static absl::StatusOr<StoreWriter> Begin(StagedBatch& batch, TagId tag, StoreLayout layout,
                                           const ValuesWithRows& values_with_rows = {}, int scale = 0);

  // Begins with the rows again, for the fragments of the next part, through a batch that may be another one.
  // REQUIRES: the items of the parts before are durable, or in the same batch; fragments of a row are greater
  // than those of the parts before. Call it before the first part too, if there will be several.
  void BeginPart(StagedBatch& batch);

  // Adds one fragment of one row. REQUIRES: (row, fragment) greater than the part's last one:
  // INVALID_ARGUMENT. An empty bitmap is skipped.
  absl::Status Put(RowId row, uint32_t fragment, Bitmap bitmap);
  // Adds only the statistics of a value without a row, which `cardinality` members of the part have.
  // REQUIRES: `row` greater than the part's last one: INVALID_ARGUMENT. 0 is skipped.
  absl::Status PutCount(RowId row, uint64_t cardinality);
  // Adds the rest to the batch; it is durable once the batch is flushed.
  absl::StatusOr<StagedVersion> Finish();

  StoreId store() const { return staged_.new_store; }

 private:
  StoreWriter(StagedBatch& batch, const StagedVersion& staged) : batch_(&batch), staged_(staged) {}
  absl::Status MoveTo(Frontier here);
  absl::Status EndRow();
  absl::Status AddStats(RowId row, const RowStats& stats);

  StagedBatch* batch_;
  StagedVersion staged_;
  std::optional<Frontier> last_;               // of the part
  RowStats row_stats_;                         // of last_->row so far
  std::optional<RowTotals<RowStats>> totals_;  // when it is written in parts
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_PUBLISHING_STORE_WRITER_H_
