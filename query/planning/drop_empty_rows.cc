#include "query/planning/rewrites.h"

namespace muster::query {

void DropEmptyRows(PlanOperand& root) {
  VisitPostOrder(root, [](PlanOperand& operand) {
    PlanNode& node = *operand.node;
    // A leaf's share is 0 only if its rows are empty: estimates of other rows stay above 0.
    if (node.operands.empty() && node.share == 0) node.kind = Nobody{};
  });
}

}  // namespace muster::query
