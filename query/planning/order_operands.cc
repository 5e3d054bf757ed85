#include <algorithm>

#include "query/planning/rewrites.h"

namespace muster::query {
namespace {

// How much an operand decides per unit of cost: the share that it excludes from an AND, or adds to an
// OR.
double Worth(const PlanOperand& operand, bool conjunction) {
  const double share = ShareOf(operand);
  return (conjunction ? 1 - share : share) / operand.node->cost;
}

}  // namespace

void OrderOperands(PlanOperand& root) {
  VisitPostOrder(root, [](PlanOperand& operand) {
    PlanNode& node = *operand.node;
    const bool conjunction = node.Is<AllOf>();
    if (!conjunction && !node.Is<AnyOf>()) return;
    std::stable_sort(node.operands.begin(), node.operands.end(),
                     [&](const PlanOperand& a, const PlanOperand& b) {
                       return Worth(a, conjunction) > Worth(b, conjunction);
                     });
  });
}

}  // namespace muster::query
