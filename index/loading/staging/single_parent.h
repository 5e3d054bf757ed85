// What the parent version of a SINGLE tag says of its members' values.
#ifndef MUSTER_INDEX_LOADING_STAGING_SINGLE_PARENT_H_
#define MUSTER_INDEX_LOADING_STAGING_SINGLE_PARENT_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "index/bitmap/geometry.h"
#include "index/bitmap/row_id.h"
#include "index/loading/intake/member_cells.h"
#include "index/loading/staging/tag_stage.h"
#include "index/versions/records/values_with_rows.h"

namespace muster::index {

// How many members a value has.
struct ValueSize {
  ValueId value = 0;
  uint64_t members = 0;
};

// How the parent's store is laid out. A plain value.
struct SingleParent {
  std::vector<RowId> own_rows;  // at value id 0, ascending
  ValuesWithRows with_rows;
  bool sliced = false;  // it keeps the value ids as slices: every id has a bit, so they are recognised by one
};

// REQUIRES (all of them): the stage has a parent.
absl::StatusOr<SingleParent> ReadSingleParent(const TagStage& stage);

// The parent's values that have members, ascending.
absl::StatusOr<std::vector<ValueSize>> CountParentValues(const TagStage& stage);

// The value ids that `members` (ascending) have; 0: none. REQUIRES: it is sliced.
absl::StatusOr<std::vector<ValueId>> ReadOldValues(const TagStage& stage, const SingleParent& parent,
                                                   const std::vector<Ordinal>& members);

// The whole content, except `lost` (ascending), with `cells`. `values`: all of the parent, which are read row
// by row where it isn't sliced.
absl::StatusOr<MemberCells> MergeWhole(const TagStage& stage, const SingleParent& parent,
                                       const std::vector<ValueSize>& values, const std::vector<Ordinal>& lost,
                                       const MemberCells& cells);

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_STAGING_SINGLE_PARENT_H_
