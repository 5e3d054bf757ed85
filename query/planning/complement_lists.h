// A list of nearly all of a tag's values, as everybody with a value but the others.
//
// `city IN (…)` with 297 of 300 cities unites 297 rows; `HAS city AND NOT (the other 3)` reads 4. That is the
// same set where every member with a value has exactly one: always so for SINGLE tags, and seen from the
// statistics, since only then the values' rows have together as many members as the tag. Members without a
// value are in neither, so docs/semantics.md, rule 5 is kept.
#ifndef MUSTER_QUERY_PLANNING_COMPLEMENT_LISTS_H_
#define MUSTER_QUERY_PLANNING_COMPLEMENT_LISTS_H_

#include "absl/status/status.h"
#include "query/planning/plan.h"
#include "query/tree/plan_tree.h"

namespace muster::query {

// Wherever that costs less, lists become known AND NOT others; `HAS tag AND NOT (list)`, which is what NOT IN
// means, becomes the others alone. Needs shares and costs. Statuses are the statistics'.
absl::Status ComplementLists(const Statistics& statistics, PlanOperand& root);

}  // namespace muster::query

#endif  // MUSTER_QUERY_PLANNING_COMPLEMENT_LISTS_H_
