// Values without a row of their own, asked of the tag's value-id slices.
//
// Of a SINGLE tag with very many values, those that few members have are in the slices alone: `city = 'x'` is
// "has the id of 'x'". This isn't about cost but about where the answer is, so it can't be switched off. It
// comes after whatever reasons with rows and their cardinalities, which every value has, and before all that
// moves nodes around: equal leaves become equal ones.
#ifndef MUSTER_QUERY_PLANNING_ROWS_FROM_SLICES_H_
#define MUSTER_QUERY_PLANNING_ROWS_FROM_SLICES_H_

#include "absl/status/status.h"
#include "query/planning/plan.h"
#include "query/planning/plan_tree.h"

namespace muster::query {

// Afterwards no leaf names a row without records of its own. A list of both is asked as a whole where that
// costs no more, else its rows and the rest apart. Statuses: the statistics', and DATA_LOSS of a value whose
// members are neither in a row nor in slices.
absl::Status AskSlicesForRows(const Statistics& statistics, PlanOperand& root);

}  // namespace muster::query

#endif  // MUSTER_QUERY_PLANNING_ROWS_FROM_SLICES_H_
