// Compares a load's cells with the parent version, for a tag that is staged as a new store: then no row of the
// parent is read otherwise.
#ifndef MUSTER_INDEX_LOADING_STAGING_OLD_CELLS_H_
#define MUSTER_INDEX_LOADING_STAGING_OLD_CELLS_H_

#include "absl/status/status.h"
#include "index/bitmap/row_id.h"
#include "index/loading/intake/member_cells.h"
#include "index/loading/staging/changed_members.h"
#include "index/loading/staging/tag_stage.h"

namespace muster::index {

// Where the parent's values are. A plain value.
struct OldCells {
  const Snapshot& parent;  // has the tag's parent version
  TagId tag;
  // Rows whose members have the value of that id; none: the values are numbers in slices, at value id 0.
  std::vector<RowId> value_rows;
  int steps = 0;  // a number of the parent is one of the load's after so many multiplications by ten
};

// Adds to `changes` what the cells of a span change, as the tag's values are replaced (REPLACE) or merged. Reads the
// parent a fragment at a time, and needs some 2 MiB. REQUIRES: the tag is a SINGLE, or a NUMBER, DATE or TIMESTAMP.
absl::Status CompareWithOld(const OldCells& old, LoadMode mode, const MemberCells& cells,
                            const WorkBudget& budget, MemberChanges& changes);

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_STAGING_OLD_CELLS_H_
