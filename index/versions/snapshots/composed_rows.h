// The rows of values without stored rows, composed from the tag's value-id slices.
#ifndef MUSTER_INDEX_VERSIONS_SNAPSHOTS_COMPOSED_ROWS_H_
#define MUSTER_INDEX_VERSIONS_SNAPSHOTS_COMPOSED_ROWS_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/types/span.h"
#include "index/bitmap/row_id.h"
#include "index/bitmap/row_source.h"

namespace muster::index {

// The rows that one source composed in its window, as records like stored ones. Not thread-safe. Lifetime:
// records that Compose returned are valid until Forget.
//
// A composed row costs some 20 slices of each fragment, where a stored one costs a lookup in its directory.
// So the planner reads the slices themselves (query/planning/value_slices.h), and this class serves callers
// that need a row however it is stored.
class ComposedRows {
 public:
  // Fills the row of the tag's own value as RowSource::Resolve does, for the same window.
  using OwnRowResolver = std::function<absl::Status(RowRef, ResolvedRow&)>;

  // Fills `resolved` with the members of the row's value: those with a value whose id has exactly its bits.
  // REQUIRES: the window has `count` fragments from `first_fragment` on; the tag is kept in slices. Errors
  // are those of `resolve`, and DATA_LOSS for a record that isn't what was written.
  absl::Status Compose(RowRef row, uint32_t first_fragment, uint32_t count, const OwnRowResolver& resolve,
                       ResolvedRow& resolved);
  // Whether the row was composed since the last Forget.
  bool Holds(RowRef row) const { return !rows_.empty() && rows_.contains(KeyOf(row)); }
  void Forget() {
    rows_.clear();
    records_.clear();
  }

 private:
  static uint64_t KeyOf(RowRef row) { return uint64_t{row.tag} << 32 | row.row; }

  absl::flat_hash_set<uint64_t> rows_;
  std::deque<std::string> records_;  // a deque: records don't move
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_SNAPSHOTS_COMPOSED_ROWS_H_
