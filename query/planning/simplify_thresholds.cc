#include "query/planning/rewrites.h"

namespace muster::query {

void SimplifyThresholds(PlanOperand& root) {
  VisitPostOrder(root, [](PlanOperand& operand) {
    PlanNode& node = *operand.node;
    if (node.kind != NodeKind::kAtLeast) return;
    if (node.count == 1) {
      node.kind = NodeKind::kOr;
    } else if (node.count == node.operands.size()) {
      node.kind = NodeKind::kAnd;
    }
  });
}

}  // namespace muster::query
