// Cardinalities of rows, which planning and lists of values need before any scan.
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

// Statistics of the rows of one snapshot. Const and thread-safe. An interface, so that tests can count the
// calls or answer them without a store. Each call opens a short transaction, unless the answer is cached.
class RowStatistics {
 public:
  virtual ~RowStatistics() = default;
  // The exact number of ordinals in a row; 0 for a row that doesn't exist.
  virtual absl::StatusOr<uint64_t> RowCardinality(RowRef row) const = 0;
  // The same for many rows of one tag, in their order, without a transaction for each. Ascending ones are
  // found fastest.
  virtual absl::StatusOr<std::vector<uint64_t>> RowCardinalities(TagId tag,
                                                                 absl::Span<const RowId> rows) const = 0;
  // Calls `visit(row, cardinality)` for each non-empty row of the tag with a value id in [first, last],
  // ascending, until it returns false.
  virtual absl::Status VisitRows(TagId tag, ValueId first, ValueId last,
                                 const std::function<bool(RowId, uint64_t)>& visit) const = 0;
  // The values of the tag that have rows of their own. Rows of other values are composed from the tag's
  // value-id slices at each read, which costs more than comparing the slices themselves.
  virtual absl::StatusOr<ValuesWithRows> FindValuesWithRows(TagId tag) const = 0;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_SNAPSHOTS_ROW_STATISTICS_H_
