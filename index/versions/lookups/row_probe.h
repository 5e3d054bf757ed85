// Whether a row of a snapshot holds a member.
#ifndef MUSTER_INDEX_VERSIONS_LOOKUPS_ROW_PROBE_H_
#define MUSTER_INDEX_VERSIONS_LOOKUPS_ROW_PROBE_H_

#include "absl/status/statusor.h"
#include "index/bitmap/geometry.h"
#include "index/bitmap/row_id.h"
#include "index/versions/snapshots/snapshot.h"

namespace muster::index {

// Reads one row, in a short transaction. For the rows of tags: ReadMemberRows. DATA_LOSS when a record isn't what was
// written.
absl::StatusOr<bool> Contains(const Snapshot& snapshot, RowRef row, Ordinal member);

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_LOOKUPS_ROW_PROBE_H_
