// A cache of statistics of the rows of snapshots.
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
#include "index/versions/records/version.h"
#include "index/versions/snapshots/tag_rows.h"

namespace muster::index {

// One version of a tag. In the cache of one snapshot, which has one version of each tag, the version is
// always 0.
struct TagVersion {
  TagId tag = 0;
  Version version = 0;
  friend bool operator==(const TagVersion&, const TagVersion&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const TagVersion& key) {
    return H::combine(std::move(h), key.tag, key.version);
  }
};

// The bounds of the cache.
struct KnownRowsLimits {
  size_t cardinalities = 65'536;
  // All lists of values with rows. A list has at most 2,048 ids, 8 KiB.
  size_t list_bytes = size_t{32} << 20;
  // All lists of rows (TagRows). A list of more than kRowsKeptMax rows isn't kept.
  size_t row_list_bytes = size_t{8} << 20;
};

// Statistics of the rows of one snapshot, or of all views AS OF dates of a population. A version's rows never
// change, so entries never become stale, whatever is loaded, settled or combined meanwhile. Binding and
// planning a question need them for each of its rows: reading them from the store took a third of all
// instructions of a small count. Thread-safe.
class KnownRows {
 public:
  explicit KnownRows(const KnownRowsLimits& limits = {})
      : cardinalities_(limits.cardinalities),
        values_with_rows_(limits.list_bytes),
        tag_rows_(limits.row_list_bytes) {}

  std::optional<uint64_t> FindCardinality(TagVersion tag, RowId row) {
    MutexLock lock(mutex_);
    const uint64_t* const known = cardinalities_.Find({tag, row});
    return known == nullptr ? std::nullopt : std::make_optional(*known);
  }
  void KeepCardinality(TagVersion tag, RowId row, uint64_t cardinality) {
    MutexLock lock(mutex_);
    cardinalities_.Keep({tag, row}, cardinality);
  }

  std::optional<ValuesWithRows> FindValuesWithRows(TagVersion tag) {
    MutexLock lock(mutex_);
    const ValuesWithRows* const known = values_with_rows_.Find(tag);
    return known == nullptr ? std::nullopt : std::make_optional(*known);
  }
  void KeepValuesWithRows(TagVersion tag, ValuesWithRows values) {
    const size_t bytes = kBytesOfEmptyList + values.values().size() * sizeof(ValueId);
    MutexLock lock(mutex_);
    values_with_rows_.Keep(tag, std::move(values), bytes);
  }

  // Null when they aren't kept.
  TagRowsPtr FindTagRows(TagVersion tag) {
    MutexLock lock(mutex_);
    const TagRowsPtr* const known = tag_rows_.Find(tag);
    return known == nullptr ? nullptr : *known;
  }
  void KeepTagRows(TagVersion tag, TagRowsPtr rows) {
    const size_t count = rows->slices.size() + rows->values.size() + rows->weights.size();
    if (count > kRowsKeptMax) return;
    MutexLock lock(mutex_);
    tag_rows_.Keep(tag, std::move(rows), kBytesOfEmptyList + count * sizeof(RowId));
  }

 private:
  // Of a tag with more rows, reading the list takes less time than probing the rows, so keeping it saves
  // little.
  static constexpr size_t kRowsKeptMax = 4'096;
  // The bytes of an empty list, with its place in a table.
  static constexpr size_t kBytesOfEmptyList = 128;

  Mutex mutex_;
  BoundedCache<std::pair<TagVersion, RowId>, uint64_t> cardinalities_ ABSL_GUARDED_BY(mutex_);
  BoundedCache<TagVersion, ValuesWithRows> values_with_rows_ ABSL_GUARDED_BY(mutex_);
  BoundedCache<TagVersion, TagRowsPtr> tag_rows_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_SNAPSHOTS_KNOWN_ROWS_H_
