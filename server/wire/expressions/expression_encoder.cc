#include "server/wire/expressions/expression_encoder.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace muster::server {
namespace {

using query::Operator;

v1::ComparisonOperator EncodeComparison(query::Comparison comparison) {
  switch (comparison) {
    case query::Comparison::kEqual:
      return v1::COMPARISON_OPERATOR_EQUAL;
    case query::Comparison::kNotEqual:
      return v1::COMPARISON_OPERATOR_NOT_EQUAL;
    case query::Comparison::kLess:
      return v1::COMPARISON_OPERATOR_LESS;
    case query::Comparison::kLessOrEqual:
      return v1::COMPARISON_OPERATOR_LESS_OR_EQUAL;
    case query::Comparison::kGreater:
      return v1::COMPARISON_OPERATOR_GREATER;
    case query::Comparison::kGreaterOrEqual:
      break;
  }
  return v1::COMPARISON_OPERATOR_GREATER_OR_EQUAL;
}

v1::DateUnit EncodeUnit(query::DateUnit unit) {
  switch (unit) {
    case query::DateUnit::kDay:
      return v1::DATE_UNIT_DAY;
    case query::DateUnit::kWeek:
      return v1::DATE_UNIT_WEEK;
    case query::DateUnit::kMonth:
      return v1::DATE_UNIT_MONTH;
    case query::DateUnit::kYear:
      break;
  }
  return v1::DATE_UNIT_YEAR;
}

void EncodeToday(const query::Literal& literal, v1::Today& today) {
  today.set_offset(literal.today_offset);
  today.set_unit(EncodeUnit(literal.today_unit));
}

void EncodeLiteral(const query::Literal& literal, v1::Literal& encoded) {
  switch (literal.kind) {
    case query::LiteralKind::kText:
      encoded.set_text(literal.text);
      return;
    case query::LiteralKind::kNumber:
      encoded.set_number(literal.text);
      return;
    case query::LiteralKind::kBoolean:
      encoded.set_boolean(literal.boolean);
      return;
    case query::LiteralKind::kDate:
      encoded.set_date(literal.text);
      return;
    case query::LiteralKind::kToday:
      EncodeToday(literal, *encoded.mutable_today());
      return;
  }
}

void EncodeNode(const query::Expression& node, v1::Expression& encoded);

void EncodeOperands(const query::Expression& node,
                    google::protobuf::RepeatedPtrField<v1::Expression>& operands) {
  operands.Reserve(static_cast<int>(node.operands.size()));
  for (const query::ExpressionPtr& operand : node.operands) EncodeNode(*operand, *operands.Add());
}

void EncodeMembership(const query::Expression& node, v1::MembershipMode mode, v1::Membership& membership) {
  membership.set_tag(node.tag);
  membership.set_mode(mode);
  for (const query::Literal& literal : node.literals) EncodeLiteral(literal, *membership.add_literals());
}

void EncodeRange(const query::Expression& node, v1::Range& range) {
  range.set_tag(node.tag);
  EncodeLiteral(node.literals[0], *range.mutable_low());
  EncodeLiteral(node.literals[1], *range.mutable_high());
  range.set_outside(node.negated);
}

// WEIGHT compares with a number, or with two.
void EncodeWeight(const query::Expression& node, v1::WeightComparison& weight) {
  weight.set_tag(node.tag);
  EncodeLiteral(node.literals[0], *weight.mutable_value());
  weight.set_number(node.literals[1].text);
  if (node.op == Operator::kWeightBetween) {
    weight.set_high(node.literals[2].text);
  } else {
    weight.set_operator_(EncodeComparison(node.comparison));
  }
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
    case Operator::kEveryone:
      encoded.mutable_everyone();
      return;
    case Operator::kNobody:
      encoded.mutable_nobody();
      return;
    case Operator::kAnd:
      return EncodeOperands(node, *encoded.mutable_all_of()->mutable_operands());
    case Operator::kOr:
      return EncodeOperands(node, *encoded.mutable_any_of()->mutable_operands());
    case Operator::kNot:
      return EncodeNode(*node.operands[0], *encoded.mutable_negated());
    case Operator::kAtLeast:
      encoded.mutable_at_least()->set_count(node.count);
      return EncodeOperands(node, *encoded.mutable_at_least()->mutable_operands());
    case Operator::kCompare:
      encoded.mutable_comparison()->set_tag(node.tag);
      encoded.mutable_comparison()->set_operator_(EncodeComparison(node.comparison));
      return EncodeLiteral(node.literals[0], *encoded.mutable_comparison()->mutable_literal());
    case Operator::kBetween:
      return EncodeRange(node, *encoded.mutable_range());
    case Operator::kIn:
      return EncodeMembership(node, node.negated ? v1::MEMBERSHIP_MODE_NONE : v1::MEMBERSHIP_MODE_ANY,
                              *encoded.mutable_membership());
    case Operator::kHasAll:
      return EncodeMembership(node, v1::MEMBERSHIP_MODE_ALL, *encoded.mutable_membership());
    case Operator::kHas:
      return encoded.mutable_presence()->set_tag(node.tag);
    case Operator::kLike:
      encoded.mutable_prefix()->set_tag(node.tag);
      return encoded.mutable_prefix()->set_prefix(node.literals[0].text);
    case Operator::kWeight:
    case Operator::kWeightBetween:
      return EncodeWeight(node, *encoded.mutable_weight());
    case Operator::kFlag:
      return encoded.mutable_flag()->set_tag(node.tag);
    case Operator::kSegment:
      return encoded.mutable_segment()->set_name(node.tag);
    case Operator::kIdList:
      return encoded.mutable_id_list()->set_name(node.tag);
    case Operator::kAsOf:
      return EncodeAsOf(node, *encoded.mutable_as_of());
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
