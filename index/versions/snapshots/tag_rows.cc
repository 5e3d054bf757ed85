#include "index/versions/snapshots/tag_rows.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "index/status/status_macros.h"

namespace muster::index {

absl::StatusOr<TagRowsPtr> ReadTagRows(const RowStatistics& statistics, TagId tag, bool single) {
  auto rows = std::make_shared<TagRows>();
  RETURN_IF_ERROR(statistics.VisitRows(tag, kOwnValue, kOwnValue, [&](RowId row, uint64_t) {
    if (row != kKnownRow) rows->slices.push_back(row);
    return true;
  }));
  if (single && !rows->slices.empty()) return rows;
  std::vector<std::pair<uint64_t, RowId>> values;
  RETURN_IF_ERROR(statistics.VisitRows(tag, 1, kMaxValueId, [&](RowId row, uint64_t members) {
    if (SlotOf(row) == kMembershipSlot) {
      values.emplace_back(members, row);
    } else {
      rows->weights.push_back(row);
    }
    return true;
  }));
  std::stable_sort(values.begin(), values.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  rows->values.reserve(values.size());
  for (const auto& [members, row] : values) rows->values.push_back(row);
  return rows;
}

}  // namespace muster::index
