#include "query/planning/describe.h"

#include "absl/strings/str_cat.h"

namespace muster::query {
namespace {

uint64_t Others(uint64_t member_count, uint64_t count) {
  return member_count > count ? member_count - count : 0;
}

ProgramDescription DescribeOperand(const PlannedProgram& planned,
                                   absl::Span<const NodeMeasurement> measurements, uint64_t member_count,
                                   const Operand& operand) {
  const NodeLabel& label = planned.labels[operand.node];
  const bool measured = operand.node < measurements.size();
  ProgramDescription description;
  if (measured) description.measured = measurements[operand.node];
  description.text = operand.negated ? absl::StrCat("NOT ", label.text) : label.text;
  description.estimated_count = label.estimated_count;
  description.actual_count = description.measured.members;
  if (operand.negated) {
    description.estimated_count = Others(member_count, description.estimated_count);
    description.actual_count = measured ? Others(member_count, description.actual_count) : 0;
  }
  for (const Operand& each : planned.program.node(operand.node).operands) {
    description.operands.push_back(DescribeOperand(planned, measurements, member_count, each));
  }
  return description;
}

}  // namespace

ProgramDescription DescribeProgram(const PlannedProgram& planned,
                                   absl::Span<const NodeMeasurement> measurements, uint64_t member_count) {
  return DescribeOperand(planned, measurements, member_count, planned.program.roots().front());
}

}  // namespace muster::query
