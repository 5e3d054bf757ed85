// Single fragments as owned bitmaps: for loads that compare with the parent, and for lookups.
#ifndef MUSTER_INDEX_VERSIONS_SNAPSHOTS_FRAGMENT_READER_H_
#define MUSTER_INDEX_VERSIONS_SNAPSHOTS_FRAGMENT_READER_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "index/bitmap/bitmap.h"
#include "index/bitmap/row_source.h"
#include "index/versions/snapshots/snapshot.h"

namespace muster::index {

// Image ⊕ flips of one fragment, `place` of a resolved window. Validates every record completely: DATA_LOSS
// names the damaged one by row and fragment.
absl::StatusOr<Bitmap> ReadResolved(const ResolvedRow& resolved, uint32_t place, RowRef row,
                                    uint32_t fragment);

// Reads through one RowSource of a snapshot, a short transaction a call. Not thread-safe; the snapshot
// outlives it.
class FragmentReader {
 public:
  explicit FragmentReader(const Snapshot& snapshot);
  // The row in one fragment; empty where the snapshot has nothing. Validates every record on the way
  // completely: DATA_LOSS names the damaged one.
  absl::StatusOr<Bitmap> Read(RowRef row, uint32_t fragment);
  // Several rows of one fragment in one transaction, in the given order: ascending rows are fastest.
  absl::StatusOr<std::vector<Bitmap>> ReadRows(absl::Span<const RowRef> rows, uint32_t fragment);
  // One row in several fragments in one transaction. REQUIRES: some, ascending within kMaxWindowFragments.
  absl::StatusOr<std::vector<Bitmap>> ReadWindow(RowRef row, absl::Span<const uint32_t> fragments);

 private:
  absl::StatusOr<Bitmap> Resolve(RowRef row, uint32_t fragment);

  std::unique_ptr<RowSource> source_;
  ResolvedRow resolved_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_SNAPSHOTS_FRAGMENT_READER_H_
