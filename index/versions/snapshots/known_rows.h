// What somebody asked about the rows of a snapshot.
#ifndef MUSTER_INDEX_VERSIONS_SNAPSHOTS_KNOWN_ROWS_H_
#define MUSTER_INDEX_VERSIONS_SNAPSHOTS_KNOWN_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "index/bitmap/row_id.h"
#include "index/cache/bounded_cache.h"
#include "index/concurrency/mutex.h"
#include "index/versions/records/values_with_rows.h"

namespace muster::index {

// What is known of the rows of one snapshot. A version's rows never change, so nothing here goes out of date,
// whatever is loaded, settled or combined meanwhile. Understanding and planning a question ask for each of
// its rows: reading the answers from the store was a third of all instructions of a small count. Thread-safe.
class KnownRows {
 public:
  // `most`: how many cardinalities are kept.
  explicit KnownRows(size_t most = 65'536) : cardinalities_(most) {}

  std::optional<uint64_t> FindCardinality(RowRef row) {
    MutexLock lock(mutex_);
    const uint64_t* const known = cardinalities_.Find(KeyOf(row));
    return known == nullptr ? std::nullopt : std::make_optional(*known);
  }
  void KeepCardinality(RowRef row, uint64_t cardinality) {
    MutexLock lock(mutex_);
    cardinalities_.Keep(KeyOf(row), cardinality);
  }

  std::optional<ValuesWithRows> FindValuesWithRows(TagId tag) {
    MutexLock lock(mutex_);
    const ValuesWithRows* const known = values_with_rows_.Find(tag);
    return known == nullptr ? std::nullopt : std::make_optional(*known);
  }
  void KeepValuesWithRows(TagId tag, ValuesWithRows values) {
    MutexLock lock(mutex_);
    values_with_rows_.Keep(tag, std::move(values));
  }

 private:
  // Of a tag with a list: 2,048 ids at most, 8 KiB.
  static constexpr size_t kMaxTags = 4096;

  static uint64_t KeyOf(RowRef row) { return uint64_t{row.tag} << 32 | row.row; }

  Mutex mutex_;
  BoundedCache<uint64_t, uint64_t> cardinalities_ ABSL_GUARDED_BY(mutex_);
  BoundedCache<TagId, ValuesWithRows> values_with_rows_ ABSL_GUARDED_BY(mutex_){kMaxTags};
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_SNAPSHOTS_KNOWN_ROWS_H_
