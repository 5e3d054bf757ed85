#include <algorithm>
#include <cstdint>

#include "query/planning/rewrites.h"

namespace muster::query {

// A member is in at least k of n sets if it is not in n − k + 1 or more of their complements. Operands
// without negation are added up two at a time, and short lists of them are counted value by value; and the
// negation of the whole is free in an AND. How full an operand is doesn't matter: a bitset's complement is a
// bitset.
void FlipThresholds(PlanOperand& root) {
  VisitPostOrder(root, [](PlanOperand& operand) {
    PlanNode& node = *operand.node;
    AtLeast* const threshold = node.As<AtLeast>();
    if (threshold == nullptr) return;
    const size_t count = node.operands.size();
    const auto negated = std::count_if(node.operands.begin(), node.operands.end(),
                                       [](const PlanOperand& each) { return each.negated; });
    if (static_cast<size_t>(negated) * 2 <= count) return;
    for (PlanOperand& each : node.operands) each.negated = !each.negated;
    threshold->count = static_cast<uint32_t>(count) - threshold->count + 1;
    operand.negated = !operand.negated;
  });
}

void SimplifyThresholds(PlanOperand& root) {
  VisitPostOrder(root, [](PlanOperand& operand) {
    PlanNode& node = *operand.node;
    const AtLeast* const threshold = node.As<AtLeast>();
    if (threshold == nullptr) return;
    const size_t count = threshold->count;
    if (count == 1) {
      node.kind = AnyOf{};
    } else if (count == node.operands.size()) {
      node.kind = AllOf{};
    }
  });
}

}  // namespace muster::query
