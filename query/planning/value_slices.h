// Evaluates values and long lists of values and numbers by slices instead of row by row.
//
// A SINGLE tag with many values also keeps its value ids as slices, so "in any of these rows" is equivalent
// to "has an id in this list". The cost of rows depends on their number and their members, the cost of slices
// on the candidates. So slices are better for long lists, and for values without their own row, which a row
// source would have to assemble from all slices. Numbers only have slices: an OR of many comparisons walks
// them once for each. All of this only affects cost: a row that isn't replaced by slices here is served by
// the row source.
#ifndef MUSTER_QUERY_PLANNING_VALUE_SLICES_H_
#define MUSTER_QUERY_PLANNING_VALUE_SLICES_H_

#include "absl/status/status.h"
#include "query/planning/plan.h"
#include "query/tree/plan_tree.h"

namespace muster::query {

// Merges the comparisons of one number in an OR into one list; only if there are many, when `use` is
// kWhenCheaper. Needs shares.
void JoinComparisons(SliceUse use, PlanOperand& root);

// Evaluates values and lists of values by slices if the tag has them and `use` permits it. Must run after
// rewrites that reason with rows and their cardinalities, which every value has, and before all rewrites that
// move nodes: equal leaves become equal ones. Needs shares. Returns the errors of the statistics.
absl::Status AskValueSlices(SliceUse use, const Statistics& statistics, PlanOperand& root);

}  // namespace muster::query

#endif  // MUSTER_QUERY_PLANNING_VALUE_SLICES_H_
