#include "query/planning/rewrites.h"

namespace muster::query {

void DropEmptyRows(PlanOperand& root) {
  VisitPostOrder(root, [](PlanOperand& operand) {
    PlanNode& node = *operand.node;
    // A leaf's share is 0 only when its rows hold nobody: estimates of rows that do stay above.
    if (node.operands.empty() && node.share == 0) node.kind = Nobody{};
  });
}

}  // namespace muster::query
