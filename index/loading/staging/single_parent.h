// Reads the parent version of a SINGLE tag.
#ifndef MUSTER_INDEX_LOADING_STAGING_SINGLE_PARENT_H_
#define MUSTER_INDEX_LOADING_STAGING_SINGLE_PARENT_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "index/bitmap/geometry.h"
#include "index/bitmap/row_id.h"
#include "index/loading/intake/member_cells.h"
#include "index/loading/staging/tag_stage.h"
#include "index/versions/records/values_with_rows.h"

namespace muster::index {

// The layout of the parent's store. A plain value.
struct SingleParent {
  std::vector<RowId> own_rows;  // at value id 0, ascending
  ValuesWithRows with_rows;
  bool sliced = false;  // it keeps value-id slices; every id has a bit, so their existence shows it
};

// REQUIRES, for all functions here: the stage has a parent.
absl::StatusOr<SingleParent> ReadSingleParent(const TagStaging& staging);

// The parent's values that have members, ascending.
absl::StatusOr<std::vector<ValueSize>> CountParentValues(const TagStaging& staging);

// The value ids that `members` (ascending) have; 0: none. REQUIRES: it is sliced.
absl::StatusOr<std::vector<ValueId>> ReadOldValues(const TagStaging& staging, const SingleParent& parent,
                                                   absl::Span<const Ordinal> members);

// The parent's whole content in the span of `cells`, merged with them. `values`: all of the parent's, which are
// read row by row when it isn't sliced.
absl::StatusOr<MemberCells> MergeWhole(const TagStaging& staging, const SingleParent& parent,
                                       const std::vector<ValueSize>& values, const MemberCells& cells);

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_STAGING_SINGLE_PARENT_H_
