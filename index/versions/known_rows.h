// What somebody asked about the rows of a snapshot.
#ifndef MUSTER_INDEX_VERSIONS_KNOWN_ROWS_H_
#define MUSTER_INDEX_VERSIONS_KNOWN_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "index/bitmap/row_id.h"
#include "index/concurrency/mutex.h"
#include "index/versions/values_with_rows.h"

namespace muster::index {

// What is known of the rows of one snapshot. A version's rows never change, so nothing here goes out of date,
// whatever is loaded, settled or combined meanwhile. Understanding and planning a question ask for each of
// its rows: reading the answers from the store was a third of all instructions of a small count. Thread-safe.
class KnownRows {
 public:
  // `most`: how many cardinalities are kept; one more makes it forget all of them, and those in use are soon
  // back.
  explicit KnownRows(size_t most = 65'536) : most_(most) {}

  std::optional<uint64_t> FindCardinality(RowRef row) const {
    MutexLock lock(mutex_);
    const auto known = cardinalities_.find(KeyOf(row));
    return known == cardinalities_.end() ? std::nullopt : std::make_optional(known->second);
  }
  void KeepCardinality(RowRef row, uint64_t cardinality) {
    MutexLock lock(mutex_);
    if (cardinalities_.size() >= most_) cardinalities_.clear();
    cardinalities_.insert_or_assign(KeyOf(row), cardinality);
  }

  std::optional<ValuesWithRows> FindValuesWithRows(TagId tag) const {
    MutexLock lock(mutex_);
    const auto known = values_with_rows_.find(tag);
    return known == values_with_rows_.end() ? std::nullopt : std::make_optional(known->second);
  }
  void KeepValuesWithRows(TagId tag, ValuesWithRows values) {
    MutexLock lock(mutex_);
    if (values_with_rows_.size() >= kMaxTags) values_with_rows_.clear();
    values_with_rows_.insert_or_assign(tag, std::move(values));
  }

 private:
  // Of a tag with a list: 2,048 ids at most, 8 KiB.
  static constexpr size_t kMaxTags = 4096;

  static uint64_t KeyOf(RowRef row) { return uint64_t{row.tag} << 32 | row.row; }

  const size_t most_;
  mutable Mutex mutex_;
  absl::flat_hash_map<uint64_t, uint64_t> cardinalities_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<TagId, ValuesWithRows> values_with_rows_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_KNOWN_ROWS_H_
