#include "query/planning/rewrites.h"

namespace muster::query {

void DropEmptyRows(PlanOperand& root) {
  VisitPostOrder(root, [](PlanOperand& operand) {
    PlanNode& node = *operand.node;
    const bool leaf =
        node.kind == NodeKind::kRow || node.kind == NodeKind::kAnyRow || node.kind == NodeKind::kRange;
    // A leaf's share is 0 only when its rows hold nobody: estimates of rows that do stay above.
    if (leaf && node.share == 0) node.kind = NodeKind::kNobody;
  });
}

}  // namespace muster::query
