// Σ of a number over members.
#ifndef MUSTER_QUERY_EXECUTION_NUMBERS_NUMBER_SUM_H_
#define MUSTER_QUERY_EXECUTION_NUMBERS_NUMBER_SUM_H_

#include <cstdint>

#include "absl/numeric/int128.h"

namespace muster::query {

struct NumberSum {
  absl::int128 sum = 0;  // in units of the tag's scale
  uint64_t members = 0;  // that have a number
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_NUMBERS_NUMBER_SUM_H_
