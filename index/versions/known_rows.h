// What somebody asked about the rows of a snapshot.
#ifndef MUSTER_INDEX_VERSIONS_KNOWN_ROWS_H_
#define MUSTER_INDEX_VERSIONS_KNOWN_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "index/bitmap/row_id.h"
#include "index/concurrency/mutex.h"

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

  // Tags in whose store every value has a row.
  bool IsTagWithAllRows(TagId tag) const {
    MutexLock lock(mutex_);
    return tags_with_all_rows_.contains(tag);
  }
  void KeepTagWithAllRows(TagId tag) {
    MutexLock lock(mutex_);
    tags_with_all_rows_.insert(tag);
  }

 private:
  static uint64_t KeyOf(RowRef row) { return uint64_t{row.tag} << 32 | row.row; }

  const size_t most_;
  mutable Mutex mutex_;
  absl::flat_hash_map<uint64_t, uint64_t> cardinalities_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_set<TagId> tags_with_all_rows_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_KNOWN_ROWS_H_
