#include "server/wire/expressions/expression_encoder.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "server/wire/expressions/clause_messages.h"
#include "server/wire/expressions/literal_messages.h"

namespace muster::server {
namespace {

using query::Operator;

void EncodeNode(const query::Expression& node, v1::Expression& encoded);

void EncodeOperands(const query::Expression& node,
                    google::protobuf::RepeatedPtrField<v1::Expression>& operands) {
  operands.Reserve(static_cast<int>(node.operands.size()));
  for (const query::ExpressionPtr& operand : node.operands) EncodeNode(*operand, *operands.Add());
}

void EncodeAsOf(const query::Expression& node, v1::AsOf& as_of) {
  const query::Literal& when = node.literals[0];
  if (when.kind == query::LiteralKind::kToday) {
    EncodeToday(when, *as_of.mutable_today());
  } else {
    as_of.set_date(when.text);
  }
  EncodeNode(*node.operands[0], *as_of.mutable_operand());
}

void EncodeNode(const query::Expression& node, v1::Expression& encoded) {
  switch (node.op) {
    case Operator::kAnd:
      return EncodeOperands(node, *encoded.mutable_all_of()->mutable_operands());
    case Operator::kOr:
      return EncodeOperands(node, *encoded.mutable_any_of()->mutable_operands());
    case Operator::kNot:
      return EncodeNode(*node.operands[0], *encoded.mutable_negated());
    case Operator::kAtLeast:
      encoded.mutable_at_least()->set_count(node.count);
      return EncodeOperands(node, *encoded.mutable_at_least()->mutable_operands());
    case Operator::kAsOf:
      return EncodeAsOf(node, *encoded.mutable_as_of());
    default:
      return EncodeClause(node, encoded);
  }
}

}  // namespace

int DepthOf(const query::Expression& tree) {
  int depth = 0;
  std::vector<std::pair<const query::Expression*, int>> open = {{&tree, 1}};
  while (!open.empty()) {
    const auto [node, level] = open.back();
    open.pop_back();
    depth = std::max(depth, level);
    for (const query::ExpressionPtr& operand : node->operands) open.emplace_back(operand.get(), level + 1);
  }
  return depth;
}

v1::Expression EncodeExpression(const query::Expression& tree) {
  v1::Expression encoded;
  EncodeNode(tree, encoded);
  return encoded;
}

}  // namespace muster::server
