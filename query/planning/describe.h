// Describes a planned program for people: EXPLAIN.
#ifndef MUSTER_QUERY_PLANNING_DESCRIBE_H_
#define MUSTER_QUERY_PLANNING_DESCRIBE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "query/execution/node_analysis.h"
#include "query/planning/plan.h"

namespace muster::query {

// One node of the plan. For a negated operand, the description begins with "NOT" and the counts are of the
// complement.
struct ProgramDescription {
  std::string text;
  uint64_t estimated_count = 0;
  uint64_t actual_count = 0;
  NodeMeasurement measured;  // of the node before negation
  std::vector<ProgramDescription> operands;
};

// The plan as a tree. `measurements`: the result of AnalyseNodes for the program, or empty (then actual
// counts are 0). `member_count`: the members of everyone.
ProgramDescription DescribeProgram(const PlannedProgram& planned,
                                   absl::Span<const NodeMeasurement> measurements, uint64_t member_count);

}  // namespace muster::query

#endif  // MUSTER_QUERY_PLANNING_DESCRIBE_H_
