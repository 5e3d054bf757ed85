// The questions of the benchmarks.
//
//   name              question
//   and2_dense        a AND b                                             (48 %, 35 %)
//   and3_not2         a AND b AND c AND NOT d AND NOT e                   (22 %; 12 % and 7 % negated)
//   or50_and_not      (value 101 OR … OR value 150) AND a AND NOT d       (values of 0.3 to 0.2 % each)
//   rare_and_dense3   rare AND a AND b AND c                              (0.02 %)
//   at_least_3_of_8   AT LEAST 3 OF eight flags                           (45 % down to 0.1 %)
//   range7_and_dense  number BETWEEN 11 AND 87 AND a                      (7 slices)
//   sum_in_segment    Σ number over a AND b AND NOT d                     (7 slices)
//   extremes, median, top_10     of the same number and members
//   batch_1000        1,000 random conjunctions of 3 to 8 of 200 rows     (50 % down to 0.05 %)
//   batch_templates   50 conjunctions of 2 to 6 rows, each with 20 last clauses
#ifndef MUSTER_BENCHMARKS_WORKLOADS_H_
#define MUSTER_BENCHMARKS_WORKLOADS_H_

#include <string>
#include <vector>

#include "index/bitmap/row_id.h"
#include "query/tree/plan_tree.h"

namespace muster::benchmarks {

struct Workload {
  std::string name;
  query::PlanOperand expression;
  // The rows that the physical limit reads: first those in the conjunction, then the negated ones. Empty: no
  // limit is measured.
  std::vector<index::RowRef> flat_rows;
  uint32_t flat_positives = 0;
  bool same_count = false;  // the limit counts the same members as the question
};

Workload And2Dense();
Workload And3Not2();
Workload Or50AndNot();
Workload RareAndDense3();
Workload AtLeast3Of8();
Workload Range7AndDense();
// The segment of the sum; the number is that of rows.h.
Workload SumInSegment();

std::vector<query::PlanOperand> RandomSegments();
std::vector<query::PlanOperand> TemplateSegments();

}  // namespace muster::benchmarks

#endif  // MUSTER_BENCHMARKS_WORKLOADS_H_
