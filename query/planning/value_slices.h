// Values and long lists of values and numbers, asked of the slices instead of row by row.
//
// A SINGLE tag with many values keeps its value ids as slices, so "in any of these rows" is also "has an id
// of this list". Rows cost by how many there are and by who is in them, slices by who is asked: so slices win
// where a list is long, and for values without a row of their own, which a row source would have to put
// together from all slices. Numbers have slices alone: an OR of many comparisons walks them once for each.
// All of this is about cost: a row that isn't turned into slices here is answered by the row source.
#ifndef MUSTER_QUERY_PLANNING_VALUE_SLICES_H_
#define MUSTER_QUERY_PLANNING_VALUE_SLICES_H_

#include "absl/status/status.h"
#include "query/planning/plan.h"
#include "query/tree/plan_tree.h"

namespace muster::query {

// Makes one list of the comparisons of one number that an OR holds, of many where `use` is kWhenCheaper.
// Needs shares.
void JoinComparisons(SliceUse use, PlanOperand& root);

// Asks the slices for values and lists of values where the tag has slices and `use` says so. Comes after
// rewrites that reason with rows and their cardinalities, which every value has, and before all that move
// nodes around: equal leaves become equal ones. Needs shares. Statuses are the statistics'.
absl::Status AskValueSlices(SliceUse use, const Statistics& statistics, PlanOperand& root);

}  // namespace muster::query

#endif  // MUSTER_QUERY_PLANNING_VALUE_SLICES_H_
