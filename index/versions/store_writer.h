// Builds a new store that nobody sees until it is published.
#ifndef MUSTER_INDEX_VERSIONS_STORE_WRITER_H_
#define MUSTER_INDEX_VERSIONS_STORE_WRITER_H_

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "index/bitmap/bitmap.h"
#include "index/storage/writer_queue.h"
#include "index/versions/staged.h"
#include "index/versions/staged_batch.h"

namespace muster::index {

// Writes a store's base in ascending key order. Not thread-safe: one thread a writer; several writers may
// work at once. Dropped without Finish, or never published, its records are swept (Versions::DiscardStaged,
// or the next start).
class StoreWriter {
 public:
  // Takes a store number and registers it in `staging` for `load`, durably.
  static absl::StatusOr<StoreWriter> Begin(WriterQueue& writer, LoadId load, TagId tag, StoreLayout layout);

  // One fragment of one row. REQUIRES: (row, fragment) greater than the last one: INVALID_ARGUMENT. An empty
  // bitmap is skipped.
  absl::Status Put(RowId row, uint32_t fragment, Bitmap bitmap);
  // Writes what is left, durably.
  absl::StatusOr<StagedVersion> Finish();

  StoreId store() const { return staged_.new_store; }

 private:
  StoreWriter(WriterQueue& writer, const StagedVersion& staged) : staged_(staged), batch_(writer) {}
  absl::Status EndRow();

  StagedVersion staged_;
  StagedBatch batch_;
  std::optional<Frontier> last_;
  RowStats row_stats_;  // of last_->row so far
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_STORE_WRITER_H_
