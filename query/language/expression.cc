#include "query/language/expression.h"

#include <utility>

namespace muster::query {

Expression::~Expression() {
  // Each node hands its operands to one list before it dies, so that no destructor finds any below it.
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
