// Replaces a list of nearly all values of a tag by the members with a value, minus those with another value.
//
// `city IN (…)` with 297 of 300 cities unites 297 rows; `HAS city AND NOT (the other 3)` reads 4. The two
// sets are equal if every member with a value has exactly one. SINGLE tags guarantee this. The statistics
// show it, since only then the values' rows have together as many members as the tag. Members without a value
// are in neither set, as docs/semantics.md, rule 5 requires.
#ifndef MUSTER_QUERY_PLANNING_COMPLEMENT_LISTS_H_
#define MUSTER_QUERY_PLANNING_COMPLEMENT_LISTS_H_

#include "absl/status/status.h"
#include "query/planning/plan.h"
#include "query/tree/plan_tree.h"

namespace muster::query {

// Where that costs less, replaces lists by known AND NOT others, and `HAS tag AND NOT (list)`, the meaning of
// NOT IN, by the others alone. Needs shares and costs. Returns the errors of the statistics.
absl::Status ComplementLists(const Statistics& statistics, PlanOperand& root);

}  // namespace muster::query

#endif  // MUSTER_QUERY_PLANNING_COMPLEMENT_LISTS_H_
