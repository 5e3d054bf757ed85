// How many ordinals rows hold: what planning and lists of values ask before anything is scanned.
#ifndef MUSTER_INDEX_VERSIONS_SNAPSHOTS_ROW_STATISTICS_H_
#define MUSTER_INDEX_VERSIONS_SNAPSHOTS_ROW_STATISTICS_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "index/bitmap/row_id.h"
#include "index/versions/records/values_with_rows.h"

namespace muster::index {

// Of the rows of one snapshot. Const and thread-safe. An interface, so that tests count the questions or
// answer them without a store. Each call opens a short transaction, unless the answer is remembered.
class RowStatistics {
 public:
  virtual ~RowStatistics() = default;
  // How many ordinals a row holds, exactly; 0 for a row that isn't there.
  virtual absl::StatusOr<uint64_t> RowCardinality(RowRef row) const = 0;
  // The same for many rows of one tag, in their order, without a transaction for each. Ascending ones are
  // found fastest.
  virtual absl::StatusOr<std::vector<uint64_t>> RowCardinalities(TagId tag,
                                                                 absl::Span<const RowId> rows) const = 0;
  // Calls `visit(row, cardinality)` for each row of the tag with a value id in [first, last] that holds any
  // ordinal, ascending, until it answers false.
  virtual absl::Status VisitRows(TagId tag, ValueId first, ValueId last,
                                 const std::function<bool(RowId, uint64_t)>& visit) const = 0;
  // Which values of the tag have rows of their own. Those of the others are put together from the tag's
  // value-id slices whenever they are read, which costs more than to ask the slices themselves.
  virtual absl::StatusOr<ValuesWithRows> FindValuesWithRows(TagId tag) const = 0;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_SNAPSHOTS_ROW_STATISTICS_H_
