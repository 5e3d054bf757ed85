#include "query/planning/describe.h"

#include "absl/strings/str_cat.h"

namespace muster::query {
namespace {

uint64_t Others(uint64_t member_count, uint64_t count) {
  return member_count > count ? member_count - count : 0;
}

ProgramDescription DescribeOperand(const PlannedProgram& planned, absl::Span<const uint64_t> node_counts,
                                   uint64_t member_count, const Operand& operand) {
  const NodeLabel& label = planned.labels[operand.node];
  const bool counted = operand.node < node_counts.size();
  const uint64_t actual = counted ? node_counts[operand.node] : 0;
  ProgramDescription description;
  if (operand.negated) {
    description.text = absl::StrCat("NOT ", label.text);
    description.estimated_count = Others(member_count, label.estimated_count);
    description.actual_count = counted ? Others(member_count, actual) : 0;
  } else {
    description.text = label.text;
    description.estimated_count = label.estimated_count;
    description.actual_count = actual;
  }
  for (const Operand& each : planned.program.node(operand.node).operands) {
    description.operands.push_back(DescribeOperand(planned, node_counts, member_count, each));
  }
  return description;
}

}  // namespace

ProgramDescription DescribeProgram(const PlannedProgram& planned, absl::Span<const uint64_t> node_counts,
                                   uint64_t member_count) {
  return DescribeOperand(planned, node_counts, member_count, planned.program.roots().front());
}

}  // namespace muster::query
