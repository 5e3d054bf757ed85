// What the planner knows of the views that a plan reads.
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

// As index::RowStatistics, of several views. An interface, so that the planner is tested without a store.
// Asked within a call of Plan only, by one thread.
class Statistics {
 public:
  virtual ~Statistics() = default;
  // Of everyone, in all views.
  virtual uint64_t MemberCount() const = 0;
  // How many ordinals a row holds, exactly; 0 for a row that isn't there.
  virtual absl::StatusOr<uint64_t> RowCardinality(SetRef row) const = 0;
  // The same for many rows of one source, in their order. Ascending ones are found fastest.
  virtual absl::StatusOr<std::vector<uint64_t>> RowCardinalities(
      SourceRef source, absl::Span<const index::RowId> rows) const = 0;
  // Calls its argument for each row of the source's values that holds anybody, ascending, with its
  // cardinality, until that answers false; rows of weights may be among them.
  virtual absl::Status VisitValues(SourceRef source,
                                   const std::function<bool(index::RowId, uint64_t)>& visit) const = 0;
  // Which values of the source have rows of their own: what another's row costs is what its slices cost.
  virtual absl::StatusOr<index::ValuesWithRows> FindValuesWithRows(SourceRef source) const = 0;
  // What planning may cost.
  virtual const WorkBudget& budget() const = 0;
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_PLANNING_STATISTICS_H_
