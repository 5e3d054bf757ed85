// Merges intervals of numbers.
#ifndef MUSTER_QUERY_TREE_NUMBER_INTERVALS_H_
#define MUSTER_QUERY_TREE_NUMBER_INTERVALS_H_

#include <algorithm>
#include <utility>
#include <vector>

#include "index/bitmap/number_slices.h"
#include "query/tree/set_kinds.h"

namespace muster::query {

// The same numbers as intervals that are ascending, disjoint and not adjacent.
inline std::vector<NumberInterval> Merged(std::vector<NumberInterval> intervals) {
  std::sort(intervals.begin(), intervals.end(),
            [](const NumberInterval& a, const NumberInterval& b) { return a.low < b.low; });
  std::vector<NumberInterval> merged;
  for (const NumberInterval& interval : intervals) {
    // kMaxNumber is the greatest int64_t: adding 1 to it would overflow.
    const bool meets = !merged.empty() &&
                       (merged.back().high == index::kMaxNumber || interval.low <= merged.back().high + 1);
    if (meets) {
      merged.back().high = std::max(merged.back().high, interval.high);
    } else {
      merged.push_back(interval);
    }
  }
  return merged;
}

}  // namespace muster::query

#endif  // MUSTER_QUERY_TREE_NUMBER_INTERVALS_H_
