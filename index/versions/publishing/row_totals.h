// Statistics of rows that are written part by part.
#ifndef MUSTER_INDEX_VERSIONS_PUBLISHING_ROW_TOTALS_H_
#define MUSTER_INDEX_VERSIONS_PUBLISHING_ROW_TOTALS_H_

#include <algorithm>
#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "index/bitmap/row_id.h"
#include "index/status/status_macros.h"
#include "index/versions/records/version_record.h"

namespace muster::index {

inline void AddTo(RowStats& total, const RowStats& stats) {
  total.cardinality += stats.cardinality;
  total.records += stats.records;
}
inline void AddTo(EdgeStats& total, const EdgeStats& stats) {
  total.change += stats.change;
  total.records += stats.records;
}

// The sums of each row's statistics over all parts: about 40 bytes a row. Not thread-safe.
template <typename Stats>
class RowTotals {
 public:
  void Add(RowId row, const Stats& stats) { AddTo(totals_[row], stats); }

  // Visits the rows in ascending order, until the first error.
  absl::Status Visit(absl::FunctionRef<absl::Status(RowId row, const Stats& total)> visit) const {
    std::vector<RowId> rows;
    rows.reserve(totals_.size());
    for (const auto& [row, total] : totals_) rows.push_back(row);
    std::sort(rows.begin(), rows.end());
    for (const RowId row : rows) {
      RETURN_IF_ERROR(visit(row, totals_.at(row)));
    }
    return absl::OkStatus();
  }

 private:
  absl::flat_hash_map<RowId, Stats> totals_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_PUBLISHING_ROW_TOTALS_H_
