#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/cord.h"
#include "query/language/formatter.h"
#include "query/language/leaf_text.h"
#include "query/language/sum.h"
#include "text/sentence.h"

namespace muster::query {
namespace {

// A node's canonical text. For AND and OR also that of its operands, so that a parent with the same operator
// can adopt them.
struct CanonicalForm {
  Operator op = Operator::kNobody;
  absl::Cord text;
  std::vector<CanonicalForm> operands;
};

bool ByText(const CanonicalForm& a, const CanonicalForm& b) { return a.text < b.text; }
bool SameText(const CanonicalForm& a, const CanonicalForm& b) { return a.text == b.text; }

// Sorts the literals of a set by their text and removes duplicates.
void SortLiterals(std::vector<Literal>& literals) {
  std::vector<std::pair<std::string, Literal>> keyed;
  keyed.reserve(literals.size());
  for (Literal& literal : literals) {
    std::string key = LiteralText(literal);
    keyed.emplace_back(std::move(key), std::move(literal));
  }
  std::sort(keyed.begin(), keyed.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  keyed.erase(std::unique(keyed.begin(), keyed.end(),
                          [](const auto& a, const auto& b) { return a.first == b.first; }),
              keyed.end());
  literals.clear();
  for (auto& [key, literal] : keyed) literals.push_back(std::move(literal));
}

std::string CanonicalLeaf(const Expression& leaf, TextForm form) {
  Expression copy(leaf.op);
  copy.tag = form == nullptr ? leaf.tag : form(leaf.tag);
  copy.comparison = leaf.comparison;
  copy.negated = leaf.negated;
  copy.literals = leaf.literals;
  copy.terms = leaf.terms;
  for (Term& term : copy.terms) {
    if (form != nullptr) term.tag = form(term.tag);
  }
  if (!copy.terms.empty()) MakeCanonicalSum(copy);
  for (Literal& literal : copy.literals) {
    if (literal.kind == LiteralKind::kText && form != nullptr) literal.text = form(literal.text);
  }
  if (copy.op == Operator::kIn || copy.op == Operator::kHasAll) {
    SortLiterals(copy.literals);
    if (copy.literals.size() == 1) {
      copy.comparison = copy.op == Operator::kIn && copy.negated ? Comparison::kNotEqual : Comparison::kEqual;
      copy.op = Operator::kCompare;
    }
  }
  const bool is_true = copy.op == Operator::kCompare && copy.comparison == Comparison::kEqual &&
                       copy.literals[0].kind == LiteralKind::kBoolean && copy.literals[0].boolean;
  if (is_true) copy.op = Operator::kFlag;
  return LeafText(copy);
}

void AppendOperand(absl::Cord& text, Operator parent, const CanonicalForm& operand) {
  const bool parentheses = NeedsParentheses(parent, operand.op);
  if (parentheses) text.Append("(");
  text.Append(operand.text);
  if (parentheses) text.Append(")");
}

absl::Cord JoinTexts(Operator parent, const std::vector<CanonicalForm>& operands, const char* joint) {
  absl::Cord text;
  for (size_t i = 0; i < operands.size(); ++i) {
    if (i > 0) text.Append(joint);
    AppendOperand(text, parent, operands[i]);
  }
  return text;
}

CanonicalForm CanonicalOf(const Expression& node, TextForm form);

CanonicalForm CanonicalJunction(const Expression& node, TextForm form) {
  CanonicalForm result;
  result.op = node.op;
  for (const ExpressionPtr& operand : node.operands) {
    CanonicalForm part = CanonicalOf(*operand, form);
    if (part.op == node.op) {
      std::move(part.operands.begin(), part.operands.end(), std::back_inserter(result.operands));
    } else {
      result.operands.push_back(std::move(part));
    }
  }
  std::sort(result.operands.begin(), result.operands.end(), ByText);
  result.operands.erase(std::unique(result.operands.begin(), result.operands.end(), SameText),
                        result.operands.end());
  if (result.operands.size() == 1) return CanonicalForm(std::move(result.operands.front()));
  result.text = JoinTexts(node.op, result.operands, node.op == Operator::kAnd ? " AND " : " OR ");
  return result;
}

CanonicalForm CanonicalOf(const Expression& node, TextForm form) {
  if (node.op == Operator::kAnd || node.op == Operator::kOr) return CanonicalJunction(node, form);
  if (node.op == Operator::kSegment && !node.operands.empty()) return CanonicalOf(*node.operands[0], form);
  CanonicalForm result;
  result.op = node.op;
  std::vector<CanonicalForm> operands;
  for (const ExpressionPtr& operand : node.operands) operands.push_back(CanonicalOf(*operand, form));
  switch (node.op) {
    case Operator::kNot:
      result.text.Append("NOT ");
      AppendOperand(result.text, node.op, operands[0]);
      break;
    case Operator::kAsOf:
      AppendOperand(result.text, node.op, operands[0]);
      result.text.Append(Sentence(" AS OF ", LiteralText(node.literals.front())));
      break;
    case Operator::kAtLeast:
      std::sort(operands.begin(), operands.end(), ByText);
      result.text.Append(Sentence("AT LEAST ", node.count, " OF ("));
      result.text.Append(JoinTexts(node.op, operands, ", "));
      result.text.Append(")");
      break;
    default:
      result.text.Append(CanonicalLeaf(node, form));
  }
  return result;
}

}  // namespace

std::string CanonicalText(const Expression& expression, TextForm form) {
  return std::string(CanonicalOf(expression, form).text);
}

}  // namespace muster::query
