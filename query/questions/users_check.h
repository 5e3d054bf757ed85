// Checks what an update of a saved segment does to the segments that use it.
#ifndef MUSTER_QUERY_QUESTIONS_USERS_CHECK_H_
#define MUSTER_QUERY_QUESTIONS_USERS_CHECK_H_

#include <string>

#include "absl/status/status.h"
#include "index/concurrency/work_budget.h"
#include "index/population/population.h"
#include "index/segments/segment.h"

namespace muster::query {

// Checks that all segments which use `name`, directly or not, stay within the limits of the language if it gets
// this definition: depth, conditions and bytes with all definitions in place. `name` is in Unicode's form
// C. INVALID_ARGUMENT, kLimit, naming such a segment. A segment that begins to use it at the same time is not
// seen; its limits are checked when it is evaluated.
absl::Status CheckUsers(index::Population& population, const std::string& name,
                        const index::SegmentDefinition& definition, WorkBudget& budget);

}  // namespace muster::query

#endif  // MUSTER_QUERY_QUESTIONS_USERS_CHECK_H_
