#include "tests/data_sets/json_expression.h"

#include <map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

namespace muster::testing {
namespace {

using google::protobuf::Struct;
using google::protobuf::Value;

bool Has(const Struct& node, const char* key) { return node.fields().count(key) > 0; }
const Value& At(const Struct& node, const char* key) { return node.fields().at(key); }
std::string Name(const Struct& node) { return absl::StrCat("`", At(node, "tag").string_value(), "`"); }
std::string Digits(const Value& value) { return absl::StrFormat("%.15g", value.number_value()); }

std::string LiteralText(const Value& value) {
  if (value.kind_case() == Value::kNumberValue) return Digits(value);
  return absl::StrCat("'", absl::StrReplaceAll(value.string_value(), {{"\\", "\\\\"}, {"'", "\\'"}}), "'");
}

muster::v1::Literal LiteralTree(const Value& value) {
  muster::v1::Literal literal;
  if (value.kind_case() == Value::kNumberValue) {
    literal.set_number(Digits(value));
  } else {
    literal.set_text(value.string_value());
  }
  return literal;
}

struct Bound {
  const char* key;
  const char* text;
  muster::v1::ComparisonOperator tree;
};
const Bound kBounds[] = {{"ge", ">=", muster::v1::COMPARISON_OPERATOR_GREATER_OR_EQUAL},
                         {"gt", ">", muster::v1::COMPARISON_OPERATOR_GREATER},
                         {"le", "<=", muster::v1::COMPARISON_OPERATOR_LESS_OR_EQUAL},
                         {"lt", "<", muster::v1::COMPARISON_OPERATOR_LESS}};

std::vector<std::string> OperandTexts(const Struct& node) {
  std::vector<std::string> texts;
  for (const Value& operand : At(node, "args").list_value().values())
    texts.push_back(TextOf(operand.struct_value()));
  return texts;
}

template <typename List>
void AddOperandTrees(const Struct& node, List& list) {
  for (const Value& operand : At(node, "args").list_value().values())
    *list.add_operands() = TreeOf(operand.struct_value());
}

muster::v1::Expression RangeTree(const Struct& node) {
  muster::v1::Expression tree;
  for (const Bound& bound : kBounds) {
    if (!Has(node, bound.key)) continue;
    muster::v1::Comparison& comparison = *tree.mutable_all_of()->add_operands()->mutable_comparison();
    comparison.set_tag(At(node, "tag").string_value());
    comparison.set_operator_(bound.tree);
    *comparison.mutable_literal() = LiteralTree(At(node, bound.key));
  }
  return tree;
}

}  // namespace

std::string TextOf(const Struct& node) {
  const std::string& op = At(node, "op").string_value();
  if (op == "all") return "EVERYONE";
  if (op == "has") return absl::StrCat("HAS ", Name(node));
  if (op == "not") return absl::StrCat("NOT (", TextOf(At(node, "arg").struct_value()), ")");
  if (op == "and") return absl::StrCat("(", absl::StrJoin(OperandTexts(node), " AND "), ")");
  if (op == "or") return absl::StrCat("(", absl::StrJoin(OperandTexts(node), " OR "), ")");
  if (op == "atleast") {
    return absl::StrCat("AT LEAST ", Digits(At(node, "k")), " OF (", absl::StrJoin(OperandTexts(node), ", "),
                        ")");
  }
  if (op == "eq") return absl::StrCat(Name(node), " = ", LiteralText(At(node, "value")));
  if (op == "in") {
    std::vector<std::string> literals;
    for (const Value& value : At(node, "values").list_value().values())
      literals.push_back(LiteralText(value));
    return absl::StrCat(Name(node), " IN (", absl::StrJoin(literals, ", "), ")");
  }
  std::vector<std::string> clauses;
  for (const Bound& bound : kBounds) {
    if (Has(node, bound.key))
      clauses.push_back(absl::StrCat(Name(node), " ", bound.text, " ", LiteralText(At(node, bound.key))));
  }
  return absl::StrCat("(", absl::StrJoin(clauses, " AND "), ")");
}

muster::v1::Expression TreeOf(const Struct& node) {
  muster::v1::Expression tree;
  const std::string& op = At(node, "op").string_value();
  if (op == "range") return RangeTree(node);
  if (op == "all") tree.mutable_everyone();
  if (op == "has") tree.mutable_presence()->set_tag(At(node, "tag").string_value());
  if (op == "not") *tree.mutable_negated() = TreeOf(At(node, "arg").struct_value());
  if (op == "and") AddOperandTrees(node, *tree.mutable_all_of());
  if (op == "or") AddOperandTrees(node, *tree.mutable_any_of());
  if (op == "atleast") {
    tree.mutable_at_least()->set_count(static_cast<uint32_t>(At(node, "k").number_value()));
    AddOperandTrees(node, *tree.mutable_at_least());
  }
  if (op == "eq") {
    tree.mutable_comparison()->set_tag(At(node, "tag").string_value());
    tree.mutable_comparison()->set_operator_(muster::v1::COMPARISON_OPERATOR_EQUAL);
    *tree.mutable_comparison()->mutable_literal() = LiteralTree(At(node, "value"));
  }
  if (op == "in") {
    tree.mutable_membership()->set_tag(At(node, "tag").string_value());
    tree.mutable_membership()->set_mode(muster::v1::MEMBERSHIP_MODE_ANY);
    for (const Value& value : At(node, "values").list_value().values()) {
      *tree.mutable_membership()->add_literals() = LiteralTree(value);
    }
  }
  return tree;
}

}  // namespace muster::testing
