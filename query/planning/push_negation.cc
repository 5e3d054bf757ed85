#include <algorithm>

#include "query/planning/rewrites.h"

namespace muster::query {
namespace {

bool IsNegated(const PlanOperand& operand) { return operand.negated; }

// De Morgan: replaces a junction by the other one, with its operands and itself negated.
void Swap(PlanOperand& operand) {
  PlanNode& node = *operand.node;
  if (node.Is<AllOf>()) {
    node.kind = AnyOf{};
  } else {
    node.kind = AllOf{};
  }
  for (PlanOperand& each : node.operands) each.negated = !each.negated;
  operand.negated = !operand.negated;
}

// `within_and`: the operand is used by an AND (or is the root, which is restricted to everyone), where
// negation is free.
void Push(PlanOperand& operand, bool within_and) {
  PlanNode& node = *operand.node;
  for (PlanOperand& each : node.operands) Push(each, node.Is<AllOf>());
  const std::vector<PlanOperand>& operands = node.operands;
  if (node.Is<AnyOf>()) {
    const bool free = within_and && operand.negated;
    if (free || std::any_of(operands.begin(), operands.end(), IsNegated)) Swap(operand);
  } else if (node.Is<AllOf>() && !within_and) {
    if (std::all_of(operands.begin(), operands.end(), IsNegated)) Swap(operand);
  }
}

}  // namespace

void PushNegation(PlanOperand& root) { Push(root, true); }

}  // namespace muster::query
