// A cache of recently resolved rows, shared by questions.
#ifndef MUSTER_INDEX_VERSIONS_SNAPSHOTS_RESOLVED_ROWS_H_
#define MUSTER_INDEX_VERSIONS_SNAPSHOTS_RESOLVED_ROWS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "index/bitmap/row_source.h"
#include "index/concurrency/mutex.h"
#include "index/storage/transaction.h"
#include "index/versions/records/version.h"

namespace muster::index {

// One row of one version in one window.
struct ResolvedKey {
  RowRef row;
  Version version = 0;
  uint32_t first_fragment = 0;
  uint32_t count = 0;
  friend bool operator==(const ResolvedKey&, const ResolvedKey&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const ResolvedKey& key) {
    return H::combine(std::move(h), key.row.tag, key.row.row, key.version, key.first_fragment, key.count);
  }
};

// Walking a row's records through a cursor costs about as much as counting a dense chunk, and between two
// commits a walk finds the same pages. So resolved rows are kept for the storage view in which they were
// resolved, and dropped when a row of a newer view comes: a reader gets pointers of its own view only.
//
// Bounded: a full part is cleared. Thread-safe. It isn't a BoundedCache: every row of every window of a
// question is looked up here, often all rows of a part are in use, and moving one between generations would
// cost as much as a walk over a short row.
class ResolvedRows {
 public:
  explicit ResolvedRows(size_t max_bytes = kMaxBytes) : max_bytes_of_part_(max_bytes / kParts) {}

  // The row that is kept under the key for the view, or null. REQUIRES: the caller's transaction has the view
  // for as long as the caller uses the row.
  std::shared_ptr<const ResolvedRow> Find(const StorageView& view, const ResolvedKey& key);
  // Keeps a copy and returns the kept row. Null when nothing is kept, because the cache has a newer view.
  std::shared_ptr<const ResolvedRow> Keep(const StorageView& view, const ResolvedKey& key,
                                          const ResolvedRow& row);

 private:
  // Windows of 64 fragments of some 9,000 rows.
  static constexpr size_t kMaxBytes = size_t{32} << 20;
  static constexpr size_t kParts = 16;

  struct Part {
    Mutex mutex;
    StorageView view ABSL_GUARDED_BY(mutex);
    size_t bytes ABSL_GUARDED_BY(mutex) = 0;
    absl::flat_hash_map<ResolvedKey, std::shared_ptr<const ResolvedRow>> rows ABSL_GUARDED_BY(mutex);
  };
  Part& PartOf(const ResolvedKey& key) { return parts_[absl::HashOf(key) % kParts]; }

  const size_t max_bytes_of_part_;
  std::array<Part, kParts> parts_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_SNAPSHOTS_RESOLVED_ROWS_H_
