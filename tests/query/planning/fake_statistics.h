// Statistics that a test sets.
#ifndef MUSTER_TESTS_QUERY_PLANNING_FAKE_STATISTICS_H_
#define MUSTER_TESTS_QUERY_PLANNING_FAKE_STATISTICS_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "index/status/status_macros.h"
#include "query/planning/statistics.h"

namespace muster::query {

// A test sets the functions that it needs. By default each row of a list is requested separately, no value is
// visited, and all values have rows.
struct FakeStatistics final : public Statistics {
  uint64_t member_count = 0;
  std::function<absl::StatusOr<uint64_t>(SetRef)> row_cardinality;
  std::function<absl::StatusOr<std::vector<uint64_t>>(SourceRef, absl::Span<const index::RowId>)>
      row_cardinalities;
  std::function<absl::Status(SourceRef, const std::function<bool(index::RowId, uint64_t)>&)> visit_values;
  std::function<absl::StatusOr<index::ValuesWithRows>(SourceRef)> values_with_rows;

  uint64_t MemberCount() const override { return member_count; }
  absl::StatusOr<uint64_t> RowCardinality(SetRef row) const override { return row_cardinality(row); }
  absl::StatusOr<std::vector<uint64_t>> RowCardinalities(SourceRef source,
                                                         absl::Span<const index::RowId> rows) const override {
    if (row_cardinalities) return row_cardinalities(source, rows);
    std::vector<uint64_t> cardinalities;
    for (const index::RowId row : rows) {
      ASSIGN_OR_RETURN(const uint64_t cardinality, row_cardinality({source, row}));
      cardinalities.push_back(cardinality);
    }
    return cardinalities;
  }
  absl::Status VisitValues(SourceRef source,
                           const std::function<bool(index::RowId, uint64_t)>& visit) const override {
    return visit_values ? visit_values(source, visit) : absl::OkStatus();
  }
  absl::StatusOr<index::ValuesWithRows> FindValuesWithRows(SourceRef source) const override {
    if (values_with_rows) return values_with_rows(source);
    return index::ValuesWithRows();
  }
  const WorkBudget& budget() const override { return WorkBudget::Unlimited(); }
};

}  // namespace muster::query

#endif  // MUSTER_TESTS_QUERY_PLANNING_FAKE_STATISTICS_H_
