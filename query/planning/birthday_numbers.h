// Birthdays as stored numbers.
#ifndef MUSTER_QUERY_PLANNING_BIRTHDAY_NUMBERS_H_
#define MUSTER_QUERY_PLANNING_BIRTHDAY_NUMBERS_H_

#include <vector>

#include "query/tree/set_kinds.h"

namespace muster::query {

// The numbers on the birthday's days, in all years that its slices can hold: ascending, disjoint. Numbers of
// days, or with a zone the microseconds of those days in it, as `tag = date` has them.
std::vector<NumberInterval> NumbersOf(const Birthday& birthday);

}  // namespace muster::query

#endif  // MUSTER_QUERY_PLANNING_BIRTHDAY_NUMBERS_H_
