#include <utility>

#include "query/planning/rewrites.h"

namespace muster::query {

// Post-order: operands of the same kind have been flattened and have no operand of that kind any more.
void Flatten(PlanOperand& root) {
  VisitPostOrder(root, [](PlanOperand& operand) {
    PlanNode& node = *operand.node;
    if (!node.Is<AllOf>() && !node.Is<AnyOf>()) return;
    std::vector<PlanOperand> flat;
    for (PlanOperand& each : node.operands) {
      if (each.negated || each.node->kind.index() != node.kind.index()) {
        flat.push_back(std::move(each));
        continue;
      }
      for (PlanOperand& inner : each.node->operands) flat.push_back(std::move(inner));
    }
    node.operands = std::move(flat);
  });
}

}  // namespace muster::query
