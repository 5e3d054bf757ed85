// Lists of values of which some have no row of their own, cut into what is read by row and what by slices.
#ifndef MUSTER_QUERY_PLANNING_DIVIDED_VALUES_H_
#define MUSTER_QUERY_PLANNING_DIVIDED_VALUES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "index/bitmap/row_id.h"
#include "query/planning/plan.h"
#include "query/planning/slices_of_values.h"
#include "query/tree/plan_tree.h"

namespace muster::query {

// What a leaf lists; shares add up, since a member of a SINGLE tag has one value.
struct ListedRow {
  index::RowId row = 0;
  double share = 0;
};
using ListedRows = std::vector<ListedRow>;

// The rows of a source that a leaf lists, ascending: all of them, those that are stored, and the rest. All
// empty where there is no rest.
struct DividedValues {
  ListedRows all;
  ListedRows stored;
  ListedRows in_slices;
};

// Statuses are the statistics'.
absl::StatusOr<DividedValues> DivideValues(const Statistics& statistics, SourceRef source,
                                           absl::Span<const index::RowId> rows);

// Leaves that united are the values, at least one: all by slices where that costs no more, else stored rows
// and the rest apart. `label`: of all of them together. REQUIRES: some are in slices, and there are slices.
std::vector<PlanOperand> PartsOf(const std::string& label, const DividedValues& values,
                                 const ValueSlices& slices);

}  // namespace muster::query

#endif  // MUSTER_QUERY_PLANNING_DIVIDED_VALUES_H_
