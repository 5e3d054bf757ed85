// Rough estimates of how many members a plan's nodes hold, and what they cost.
#ifndef MUSTER_QUERY_PLANNING_ESTIMATES_H_
#define MUSTER_QUERY_PLANNING_ESTIMATES_H_

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "query/planning/plan.h"
#include "query/tree/plan_tree.h"

namespace muster::query {

// Estimates the leaves of one plan, or of several on one snapshot. Reads a number's slices once, whatever the
// number of its comparisons. Not thread-safe; the statistics outlive it.
class Estimator {
 public:
  explicit Estimator(const Statistics& statistics) : statistics_(statistics) {}

  // Sets share, cost and magnitude_bits of a leaf from its rows' cardinalities. Returns errors of the
  // statistics.
  absl::Status EstimateLeaf(PlanNode& leaf);

 private:
  // The distribution of a number, as its slices show it.
  struct Number {
    double known = 0;                // the share of the members with a number
    double negative = 0;             // of those
    std::vector<double> bit_shares;  // the shares of the members with a number, by bit of the magnitude
    double cost = 0;                 // of reading all slices
  };

  absl::StatusOr<const Number*> FindNumber(const NumberRef& number);
  static double ShareWithin(const Number& number, const NumberInterval& interval);
  absl::Status Estimate(const Row& row, PlanNode& leaf);
  absl::Status Estimate(const AnyRow& list, PlanNode& leaf);
  absl::Status Estimate(NumberRange& range, PlanNode& leaf);
  absl::Status Estimate(NumberList& list, PlanNode& leaf);
  absl::Status Estimate(Birthday& birthday, PlanNode& leaf);
  absl::Status Estimate(SumRange& sum, PlanNode& leaf);
  absl::Status Estimate(const Bucket& bucket, PlanNode& leaf);
  template <typename Kind>
  absl::Status EstimateNumber(Kind& kind, absl::Span<const NumberInterval> intervals, PlanNode& leaf);

  const Statistics& statistics_;
  absl::flat_hash_map<NumberRef, Number> numbers_;
};

// Estimator::EstimateLeaf for a single leaf.
absl::Status EstimateLeaf(const Statistics& statistics, PlanNode& leaf);

// Sets share and cost of every inner node from those of its operands.
void EstimateInnerNodes(PlanOperand& root);

}  // namespace muster::query

#endif  // MUSTER_QUERY_PLANNING_ESTIMATES_H_
