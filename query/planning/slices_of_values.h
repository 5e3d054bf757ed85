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

// The value ids of the rows, each as an interval of one number.
std::vector<NumberInterval> IdsOf(const std::vector<index::RowId>& rows);

// Ways to find the members with one of several values, and their costs per chunk, where 1 is reading one
// bitset.
//
// Uniting `rows` rows, which hold `share` of everyone together.
double CostOfRows(size_t rows, double share);
// Walking the slices once for each interval of ids.
double CostOfWalks(const ValueSlices& slices, size_t intervals);
// Looking up the id of every member with a value. The number of intervals doesn't matter.
double CostOfLookups(const ValueSlices& slices);
// The lesser of walks and look-ups.
double CostOfSlices(const ValueSlices& slices, size_t intervals);

}  // namespace muster::query

#endif  // MUSTER_QUERY_PLANNING_SLICES_OF_VALUES_H_
