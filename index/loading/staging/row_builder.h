// Converts a tag's cells to its rows, kind by kind, in the order of the rows.
#ifndef MUSTER_INDEX_LOADING_STAGING_ROW_BUILDER_H_
#define MUSTER_INDEX_LOADING_STAGING_ROW_BUILDER_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "index/bitmap/geometry.h"
#include "index/bitmap/row_id.h"
#include "index/loading/intake/member_cells.h"
#include "index/loading/staging/row_sink.h"

namespace muster::index {

// Numbers of members, as rows of one value: which members have one, and the slices of the numbers. `ordinals`
// ascend without duplicates, and `numbers` has one for each.
struct SlicedNumbers {
  ValueId value = kOwnValue;
  absl::Span<const Ordinal> ordinals;
  absl::Span<const int64_t> numbers;
};

// Writes the slices (sign and magnitude), without the membership row: the rows that a number needs, and
// `parent_rows`, which are the parent's of this value, ascending, and from which `cleared` is removed.
absl::Status WriteSlices(const SlicedNumbers& numbers, absl::Span<const RowId> parent_rows,
                         const ClearedMembers& cleared, RowSink& sink);

// Members by value: entry i says that `ordinals[i]` has `values[i]`, with `weights[i]` when there are
// weights.
struct ValueMembers {
  BlockVector<ValueId> values;    // ascending
  BlockVector<Ordinal> ordinals;  // ascending within a value
  BlockVector<int64_t> weights;
};

// Reorders `cells` from by-member to by-value order. Consumes the cells' vectors.
ValueMembers ByValue(MemberCells cells);
// How many values `members` has.
size_t CountValues(const ValueMembers& members);

// Writes the membership row of each value, followed by the slices of its weights. `parent_rows`: the parent's
// rows of values, ascending (all of them when `cleared` has members or the tag has weights), from which
// `cleared` is removed. A member that gets a weight loses its old one.
absl::Status WriteValueRows(const ValueMembers& members, absl::Span<const RowId> parent_rows,
                            const ClearedMembers& cleared, RowSink& sink);

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_STAGING_ROW_BUILDER_H_
