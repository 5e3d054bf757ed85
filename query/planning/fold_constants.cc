#include <cstdint>
#include <utility>

#include "query/planning/rewrites.h"

namespace muster::query {
namespace {

bool IsConstant(const PlanOperand& operand, bool everyone) {
  return everyone != operand.negated ? operand.node->Is<Everyone>() : operand.node->Is<Nobody>();
}

void BecomeConstant(PlanOperand& operand, bool everyone) {
  PlanNode& node = *operand.node;
  if (everyone) {
    node.kind = Everyone{};
  } else {
    node.kind = Nobody{};
  }
  node.operands.clear();
  node.share = everyone ? 1 : 0;
}

// Replaces a node by its only operand.
void BecomeOnlyOperand(PlanOperand& operand) {
  PlanOperand only = std::move(operand.node->operands.front());
  only.negated = only.negated != operand.negated;
  operand = std::move(only);
}

// AND (`neutral` everyone) and OR (`neutral` nobody): the neutral constant is dropped, the other one decides.
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
  uint32_t& count = node.As<AtLeast>()->count;
  std::vector<PlanOperand> kept;
  for (PlanOperand& each : node.operands) {
    if (IsConstant(each, true)) {
      if (--count == 0) return BecomeConstant(operand, true);
    } else if (!IsConstant(each, false)) {
      kept.push_back(std::move(each));
    }
  }
  node.operands = std::move(kept);
  if (count > node.operands.size()) BecomeConstant(operand, false);
}

}  // namespace

void FoldConstants(PlanOperand& root) {
  VisitPostOrder(root, [](PlanOperand& operand) {
    if (operand.node->Is<AllOf>()) return FoldJunction(operand, true);
    if (operand.node->Is<AnyOf>()) return FoldJunction(operand, false);
    if (operand.node->Is<AtLeast>()) FoldThreshold(operand);
  });
}

}  // namespace muster::query
