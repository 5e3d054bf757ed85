#include "query/language/expression.h"

#include <utility>

namespace muster::query {

Expression::~Expression() {
  // Move the operands of every node to one list before the node is destroyed. So no destructor recurses.
  std::vector<ExpressionPtr> doomed = std::move(operands);
  while (!doomed.empty()) {
    const ExpressionPtr node = std::move(doomed.back());
    doomed.pop_back();
    if (node == nullptr) continue;
    for (ExpressionPtr& operand : node->operands) doomed.push_back(std::move(operand));
    node->operands.clear();
  }
}

}  // namespace muster::query
