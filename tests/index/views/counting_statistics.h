// Counts calls to the statistics of a view.
#ifndef MUSTER_TESTS_INDEX_VIEWS_COUNTING_STATISTICS_H_
#define MUSTER_TESTS_INDEX_VIEWS_COUNTING_STATISTICS_H_

#include <functional>
#include <vector>

#include "index/versions/snapshots/row_statistics.h"

namespace muster::index {

// Counts the calls that it forwards to other statistics; each of them opens a transaction.
class CountingStatistics final : public RowStatistics {
 public:
  explicit CountingStatistics(const RowStatistics& statistics) : statistics_(statistics) {}
  absl::StatusOr<uint64_t> RowCardinality(RowRef row) const override {
    ++asked;
    return statistics_.RowCardinality(row);
  }
  absl::StatusOr<std::vector<uint64_t>> RowCardinalities(TagId tag,
                                                         absl::Span<const RowId> rows) const override {
    ++asked;
    return statistics_.RowCardinalities(tag, rows);
  }
  absl::Status VisitRows(TagId tag, ValueId first, ValueId last,
                         const std::function<bool(RowId, uint64_t)>& visit) const override {
    ++asked;
    return statistics_.VisitRows(tag, first, last, visit);
  }
  absl::StatusOr<ValuesWithRows> FindValuesWithRows(TagId tag) const override {
    ++asked;
    return statistics_.FindValuesWithRows(tag);
  }

  mutable int asked = 0;

 private:
  const RowStatistics& statistics_;
};

}  // namespace muster::index

#endif  // MUSTER_TESTS_INDEX_VIEWS_COUNTING_STATISTICS_H_
