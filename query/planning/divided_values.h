// Splits lists of values of which some have no row, into values read by row and values read by slices.
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

// The rows that a leaf lists. Shares add up, since a member of a SINGLE tag has one value.
struct ListedRow {
  index::RowId row = 0;
  double share = 0;
};
using ListedRows = std::vector<ListedRow>;

// The rows of one source that a leaf lists, ascending: all of them, those that are stored, and the rest. All
// empty if there is no rest.
struct DividedValues {
  ListedRows all;
  ListedRows stored;
  ListedRows in_slices;
};

// Returns the errors of the statistics.
absl::StatusOr<DividedValues> DivideValues(const Statistics& statistics, SourceRef source,
                                           absl::Span<const index::RowId> rows);

// Leaves whose union is the values, at least one: everything by slices if that costs no more, otherwise
// stored rows and the rest separately. `label`: of the whole list. REQUIRES: some values have no row, and
// there are slices.
std::vector<PlanOperand> PartsOf(const std::string& label, const DividedValues& values,
                                 const ValueSlices& slices);

}  // namespace muster::query

#endif  // MUSTER_QUERY_PLANNING_DIVIDED_VALUES_H_
