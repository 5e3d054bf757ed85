// What a SINGLE tag with many values keeps of its value ids as slices, and what asking rows or slices costs.
#ifndef MUSTER_QUERY_PLANNING_SLICES_OF_VALUES_H_
#define MUSTER_QUERY_PLANNING_SLICES_OF_VALUES_H_

#include <cstddef>
#include <vector>

#include "absl/status/statusor.h"
#include "index/bitmap/row_id.h"
#include "query/planning/plan.h"
#include "query/tree/number_intervals.h"

namespace muster::query {

struct ValueSlices {
  SourceRef source = {};
  int bits = 0;            // 0: the tag has none
  double known_share = 0;  // of everyone: who has a value
};

absl::StatusOr<ValueSlices> FindSlices(const Statistics& statistics, SourceRef tag);

// The value ids of rows of values.
std::vector<NumberInterval> IdsOf(const std::vector<index::RowId>& rows);

// What a chunk costs, in the planner's unit, where 1 is reading one bitset.
// Of rows that hold `share` of everyone together, united.
double CostOfRows(size_t rows, double share);
// Who has an id of one of so many intervals, by walking the slices for each.
double CostOfWalks(const ValueSlices& slices, size_t intervals);
// The same by looking up the id of everybody with a value, however many intervals there are.
double CostOfLookups(const ValueSlices& slices);
// Whichever costs less.
double CostOfSlices(const ValueSlices& slices, size_t intervals);

}  // namespace muster::query

#endif  // MUSTER_QUERY_PLANNING_SLICES_OF_VALUES_H_
