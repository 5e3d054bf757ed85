#include <utility>

#include "query/planning/rewrites.h"

namespace muster::query {
namespace {

bool IsConstant(const PlanOperand& operand, bool everyone) {
  const NodeKind kind = operand.node->kind;
  return kind == (everyone != operand.negated ? NodeKind::kEveryone : NodeKind::kNobody);
}

void BecomeConstant(PlanOperand& operand, bool everyone) {
  PlanNode& node = *operand.node;
  node.kind = everyone ? NodeKind::kEveryone : NodeKind::kNobody;
  node.operands.clear();
  node.share = everyone ? 1 : 0;
}

// The operand takes the place of its node's only operand.
void BecomeOnlyOperand(PlanOperand& operand) {
  PlanOperand only = std::move(operand.node->operands.front());
  only.negated = only.negated != operand.negated;
  operand = std::move(only);
}

// AND (`neutral` everyone) and OR (`neutral` nobody): the neutral constant goes, the other decides.
void FoldJunction(PlanOperand& operand, bool neutral) {
  std::vector<PlanOperand>& operands = operand.node->operands;
  std::vector<PlanOperand> kept;
  for (PlanOperand& each : operands) {
    if (IsConstant(each, !neutral)) return BecomeConstant(operand, !neutral);
    if (!IsConstant(each, neutral)) kept.push_back(std::move(each));
  }
  operands = std::move(kept);
  if (operands.empty()) return BecomeConstant(operand, neutral);
  if (operands.size() == 1) BecomeOnlyOperand(operand);
}

void FoldThreshold(PlanOperand& operand) {
  PlanNode& node = *operand.node;
  std::vector<PlanOperand> kept;
  for (PlanOperand& each : node.operands) {
    if (IsConstant(each, true)) {
      if (--node.count == 0) return BecomeConstant(operand, true);
    } else if (!IsConstant(each, false)) {
      kept.push_back(std::move(each));
    }
  }
  node.operands = std::move(kept);
  if (node.count > node.operands.size()) BecomeConstant(operand, false);
}

}  // namespace

void FoldConstants(PlanOperand& root) {
  VisitPostOrder(root, [](PlanOperand& operand) {
    switch (operand.node->kind) {
      case NodeKind::kAnd:
        return FoldJunction(operand, true);
      case NodeKind::kOr:
        return FoldJunction(operand, false);
      case NodeKind::kAtLeast:
        return FoldThreshold(operand);
      default:
        return;
    }
  });
}

}  // namespace muster::query
