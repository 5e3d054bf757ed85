// The slices of value ids that a SINGLE tag with many values has, and the costs of evaluating rows or slices.
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
  int bits = 0;            // 0: the tag has no slices
  double known_share = 0;  // the members with a value, as a share of everyone
};

absl::StatusOr<ValueSlices> FindSlices(const Statistics& statistics, SourceRef tag);

// The value ids of rows of values.
std::vector<NumberInterval> IdsOf(const std::vector<index::RowId>& rows);

// Costs per chunk, in the planner's unit, where 1 is reading one bitset.
// Of the union of rows that hold `share` of everyone together.
double CostOfRows(size_t rows, double share);
// Of the members with an id in one of the intervals, walking the slices once for each interval.
double CostOfWalks(const ValueSlices& slices, size_t intervals);
// Of the same, looking up the id of every member with a value, whatever the number of intervals.
double CostOfLookups(const ValueSlices& slices);
// The lesser of the two.
double CostOfSlices(const ValueSlices& slices, size_t intervals);

}  // namespace muster::query

#endif  // MUSTER_QUERY_PLANNING_SLICES_OF_VALUES_H_
