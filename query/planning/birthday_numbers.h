// Converts birthdays to stored numbers.
#ifndef MUSTER_QUERY_PLANNING_BIRTHDAY_NUMBERS_H_
#define MUSTER_QUERY_PLANNING_BIRTHDAY_NUMBERS_H_

#include <vector>

#include "query/tree/set_kinds.h"

namespace muster::query {

// The stored numbers on the birthday's days, in all years that the tag's slices can hold: ascending,
// disjoint. Numbers of days or, with a zone, the microseconds of those days in it, as for `tag = date`.
std::vector<NumberInterval> NumbersOf(const Birthday& birthday);

}  // namespace muster::query

#endif  // MUSTER_QUERY_PLANNING_BIRTHDAY_NUMBERS_H_
