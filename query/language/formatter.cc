#include "query/language/formatter.h"

#include "query/language/leaf_text.h"
#include "text/sentence.h"

namespace muster::query {
namespace {

// The node that is printed: for AND and OR with one operand the operand, for an expanded SEGMENT its
// definition.
const Expression& Meant(const Expression& expression) {
  const Expression* meant = &expression;
  const auto stands_for_operand = [](Operator op) {
    return op == Operator::kAnd || op == Operator::kOr || op == Operator::kSegment;
  };
  while (stands_for_operand(meant->op) && meant->operands.size() == 1) {
    meant = meant->operands.front().get();
  }
  return *meant;
}

void AppendTo(std::string& text, const Expression& given, Operator parent);

void AppendJoined(std::string& text, const Expression& node, std::string_view joint) {
  bool first = true;
  for (const ExpressionPtr& operand : node.operands) {
    if (!first) text += joint;
    first = false;
    AppendTo(text, *operand, node.op);
  }
}

void AppendTo(std::string& text, const Expression& given, Operator parent) {
  const Expression& node = Meant(given);
  const bool parentheses = NeedsParentheses(parent, node.op);
  if (parentheses) text += '(';
  switch (node.op) {
    case Operator::kAnd:
      AppendJoined(text, node, " AND ");
      break;
    case Operator::kOr:
      AppendJoined(text, node, " OR ");
      break;
    case Operator::kNot:
      text += "NOT ";
      AppendTo(text, *node.operands.front(), Operator::kNot);
      break;
    case Operator::kAtLeast:
      AppendSentence(text, "AT LEAST ", node.count, " OF (");
      AppendJoined(text, node, ", ");
      text += ')';
      break;
    case Operator::kAsOf:
      AppendTo(text, *node.operands.front(), Operator::kAsOf);
      AppendSentence(text, " AS OF ", LiteralText(node.literals.front()));
      break;
    default:
      text += LeafText(node);
  }
  if (parentheses) text += ')';
}

}  // namespace

std::string Format(const Expression& expression) {
  std::string text;
  AppendTo(text, expression, Operator::kEveryone);
  return text;
}

}  // namespace muster::query
