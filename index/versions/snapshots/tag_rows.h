// Which rows of a tag have members.
#ifndef MUSTER_INDEX_VERSIONS_SNAPSHOTS_TAG_ROWS_H_
#define MUSTER_INDEX_VERSIONS_SNAPSHOTS_TAG_ROWS_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "index/bitmap/row_id.h"
#include "index/versions/snapshots/row_statistics.h"

namespace muster::index {

// The rows of one tag in one version that hold any member, for finding one member's values. A plain value.
struct TagRows {
  // Of the tag itself: sign and magnitudes of its numbers, or of the value ids of a SINGLE tag; ascending.
  std::vector<RowId> slices;
  // Of its values, those of most members first. Empty for a SINGLE tag whose value ids are in slices.
  std::vector<RowId> values;
  // Slices of the weights of its values, ascending.
  std::vector<RowId> weights;
};
using TagRowsPtr = std::shared_ptr<const TagRows>;

// `single`: the tag has one value a member, so that slices say which.
absl::StatusOr<TagRowsPtr> ReadTagRows(const RowStatistics& statistics, TagId tag, bool single);

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_SNAPSHOTS_TAG_ROWS_H_
