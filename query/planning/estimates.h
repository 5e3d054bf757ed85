// How many members a plan's nodes hold, roughly, and what they cost.
#ifndef MUSTER_QUERY_PLANNING_ESTIMATES_H_
#define MUSTER_QUERY_PLANNING_ESTIMATES_H_

#include "absl/status/status.h"
#include "query/planning/plan.h"
#include "query/planning/plan_tree.h"

namespace muster::query {

// Sets share, cost and magnitude_bits of a leaf from its rows' cardinalities. Statuses are the statistics'.
absl::Status EstimateLeaf(const Statistics& statistics, PlanNode& leaf);

// Sets share and cost of every node that isn't a leaf, from its operands'.
void EstimateInnerNodes(PlanOperand& root);

}  // namespace muster::query

#endif  // MUSTER_QUERY_PLANNING_ESTIMATES_H_
