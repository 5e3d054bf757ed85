// A planned program for people: EXPLAIN.
#ifndef MUSTER_QUERY_PLANNING_DESCRIBE_H_
#define MUSTER_QUERY_PLANNING_DESCRIBE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "query/execution/node_analysis.h"
#include "query/planning/plan.h"

namespace muster::query {

// One node of the plan; negated operands read "NOT …" and count everyone else.
struct ProgramDescription {
  std::string text;
  uint64_t estimated_count = 0;
  uint64_t actual_count = 0;
  NodeMeasurement measured;  // of the node before negation
  std::vector<ProgramDescription> operands;
};

// The plan from its root. `measurements`: AnalyseNodes' of the program, or empty (actual counts are then 0).
// `member_count`: everyone's.
ProgramDescription DescribeProgram(const PlannedProgram& planned,
                                   absl::Span<const NodeMeasurement> measurements, uint64_t member_count);

}  // namespace muster::query

#endif  // MUSTER_QUERY_PLANNING_DESCRIBE_H_
