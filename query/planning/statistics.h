// Statistics of the views that a plan reads.
#ifndef MUSTER_QUERY_PLANNING_STATISTICS_H_
#define MUSTER_QUERY_PLANNING_STATISTICS_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "index/bitmap/row_id.h"
#include "index/concurrency/work_budget.h"
#include "index/versions/records/values_with_rows.h"
#include "query/tree/set_ref.h"

namespace muster::query {

// Like index::RowStatistics, for several views. An interface, so that the planner can be tested without a
// store. Only used during a call of Plan, by one thread.
class Statistics {
 public:
  virtual ~Statistics() = default;
  // The members of everyone, over all views.
  virtual uint64_t MemberCount() const = 0;
  // The exact number of ordinals in a row; 0 for a row that doesn't exist.
  virtual absl::StatusOr<uint64_t> RowCardinality(SetRef row) const = 0;
  // The same for many rows of one source, in their order. Ascending ones are found fastest.
  virtual absl::StatusOr<std::vector<uint64_t>> RowCardinalities(
      SourceRef source, absl::Span<const index::RowId> rows) const = 0;
  // Calls its argument for each non-empty row of the source's values, ascending, with its cardinality, until
  // it returns false; may include rows of weights.
  virtual absl::Status VisitValues(SourceRef source,
                                   const std::function<bool(index::RowId, uint64_t)>& visit) const = 0;
  // The values of the source that have their own rows; the row of any other costs as much as its slices.
  virtual absl::StatusOr<index::ValuesWithRows> FindValuesWithRows(SourceRef source) const = 0;
  // The budget for planning.
  virtual const WorkBudget& budget() const = 0;
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_PLANNING_STATISTICS_H_
