// Gives the planner the statistics of a question's views.
#ifndef MUSTER_QUERY_QUESTIONS_VIEW_STATISTICS_H_
#define MUSTER_QUERY_QUESTIONS_VIEW_STATISTICS_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "index/concurrency/work_budget.h"
#include "index/versions/snapshots/row_statistics.h"
#include "query/planning/statistics.h"
#include "query/questions/question_views.h"

namespace muster::query {

// Caches the cardinality of each row, since the rewrites request the same rows repeatedly. Checks the budget
// before each read of the store. Not thread-safe; views and budget must outlive it.
class ViewStatistics final : public Statistics {
 public:
  ViewStatistics(absl::Span<const ViewPtr> views, const WorkBudget& budget);
  // `views` are indexed by ViewIndex.
  ViewStatistics(uint64_t member_count, std::vector<const index::RowStatistics*> views,
                 const WorkBudget& budget);

  uint64_t MemberCount() const override { return member_count_; }
  absl::StatusOr<uint64_t> RowCardinality(SetRef row) const override;
  absl::StatusOr<std::vector<uint64_t>> RowCardinalities(SourceRef source,
                                                         absl::Span<const index::RowId> rows) const override;
  absl::Status VisitValues(SourceRef source,
                           const std::function<bool(index::RowId, uint64_t)>& visit) const override;
  absl::StatusOr<index::ValuesWithRows> FindValuesWithRows(SourceRef source) const override;
  const WorkBudget& budget() const override { return budget_; }

 private:
  const uint64_t member_count_;
  const std::vector<const index::RowStatistics*> views_;
  const WorkBudget& budget_;
  // The cardinalities of one plan's rows. The views cache most of them too, but behind a lock.
  mutable absl::flat_hash_map<SetRef, uint64_t> known_;
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_QUESTIONS_VIEW_STATISTICS_H_
