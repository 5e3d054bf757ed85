// Stages a REMOVE of values of a MULTI tag.
#ifndef MUSTER_INDEX_LOADING_STAGING_MULTI_REMOVAL_H_
#define MUSTER_INDEX_LOADING_STAGING_MULTI_REMOVAL_H_

#include "absl/status/status.h"
#include "index/loading/intake/member_cells.h"
#include "index/loading/staging/row_sink.h"
#include "index/loading/staging/tag_stage.h"

namespace muster::index {

// Removes from each member of `cells` the values that it has there, with their weights, and all values from the
// members that are cleared. A member that keeps no value is no longer known. To find out who keeps one, the rows of
// values are read in the fragments that have such members, until each of them is found in one. REQUIRES: the
// stage has a parent.
absl::Status WriteMultiRemoval(const TagStaging& staging, MemberCells cells, RowSink& sink);

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_STAGING_MULTI_REMOVAL_H_
