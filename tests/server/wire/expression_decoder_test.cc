#include "server/wire/expressions/expression_decoder.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "query/language/formatter.h"
#include "query/language/tree_check.h"
#include "server/wire/error_status.h"
#include "tests/matchers/status.h"
#include "tests/server/wire/rpc_details.h"

namespace muster::server {
namespace {

using ::muster::testing::DetailsOf;
using query::Operator;

v1::Expression FromText(const std::string& text) {
  v1::Expression expression;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &expression)) << text;
  return expression;
}

query::ExpressionPtr MustDecode(const std::string& text) {
  absl::StatusOr<query::ExpressionPtr> decoded = DecodeExpression(FromText(text), "expression.tree");
  EXPECT_THAT(decoded, IsOk());
  return decoded.ok() ? *std::move(decoded) : std::make_unique<query::Expression>();
}

TEST(ExpressionDecoderTest, Leaves) {
  EXPECT_EQ(MustDecode("everyone {}")->op, Operator::kEveryone);
  EXPECT_EQ(MustDecode("nobody {}")->op, Operator::kNobody);
  const query::ExpressionPtr has = MustDecode("presence { tag: 'city' }");
  EXPECT_EQ(has->op, Operator::kHas);
  EXPECT_EQ(has->tag, "city");
  const query::ExpressionPtr like = MustDecode("like { tag: 'city' pattern: 'S\\\\%%%x\\\\y' }");
  EXPECT_EQ(like->op, Operator::kLike);
  EXPECT_EQ(like->tag, "city");
  EXPECT_FALSE(like->negated);
  EXPECT_EQ(like->literals.at(0).text, "S\\%%x\\\\y") << "in its canonical form";
  const query::ExpressionPtr ilike =
      MustDecode("like { tag: 'city' pattern: '%a_' ignore_case: true negated: true }");
  EXPECT_EQ(ilike->op, Operator::kIlike);
  EXPECT_TRUE(ilike->negated);
  EXPECT_EQ(MustDecode("flag { tag: 'vip' }")->op, Operator::kFlag);
  EXPECT_EQ(MustDecode("segment { name: 's' }")->op, Operator::kSegment);
  EXPECT_EQ(MustDecode("id_list { name: 'l' }")->tag, "l");
}

TEST(ExpressionDecoderTest, ComparisonsAndTheirLiterals) {
  const query::ExpressionPtr text = MustDecode(
      "comparison { tag: 'city' operator: COMPARISON_OPERATOR_NOT_EQUAL literal { text: '上海' } }");
  EXPECT_EQ(text->op, Operator::kCompare);
  EXPECT_EQ(text->comparison, query::Comparison::kNotEqual);
  EXPECT_EQ(text->literals.at(0).kind, query::LiteralKind::kText);
  EXPECT_EQ(text->literals.at(0).text, "上海");
  EXPECT_EQ(text->literals.at(0).span.offset, -1);
  const query::ExpressionPtr number =
      MustDecode("comparison { tag: 'n' operator: COMPARISON_OPERATOR_LESS literal { number: '-012.50' } }");
  EXPECT_EQ(number->literals.at(0).kind, query::LiteralKind::kNumber);
  EXPECT_EQ(number->literals.at(0).text, "-012.50");
  const query::ExpressionPtr boolean =
      MustDecode("comparison { tag: 'vip' operator: COMPARISON_OPERATOR_EQUAL literal { boolean: false } }");
  EXPECT_EQ(boolean->literals.at(0).kind, query::LiteralKind::kBoolean);
  EXPECT_FALSE(boolean->literals.at(0).boolean);
  const query::ExpressionPtr today = MustDecode(
      "comparison { tag: 'd' operator: COMPARISON_OPERATOR_GREATER_OR_EQUAL literal { today { offset: -3 "
      "unit: "
      "DATE_UNIT_MONTH } } }");
  EXPECT_EQ(today->literals.at(0).kind, query::LiteralKind::kToday);
  EXPECT_EQ(today->literals.at(0).today_offset, -3);
  EXPECT_EQ(today->literals.at(0).today_unit, query::DateUnit::kMonth);
}

TEST(ExpressionDecoderTest, RangesMembershipsAndWeights) {
  const query::ExpressionPtr range =
      MustDecode("range { tag: 'd' low { date: '2024-02-29' } high { today {} } outside: true }");
  EXPECT_EQ(range->op, Operator::kBetween);
  EXPECT_TRUE(range->negated);
  EXPECT_EQ(range->literals.at(0).text, "2024-02-29");
  EXPECT_EQ(range->literals.at(1).kind, query::LiteralKind::kToday);
  const query::ExpressionPtr in = MustDecode(
      "membership { tag: 'c' mode: MEMBERSHIP_MODE_NONE literals { text: 'a' } literals { number: '1' } }");
  EXPECT_EQ(in->op, Operator::kIn);
  EXPECT_TRUE(in->negated);
  EXPECT_EQ(in->literals.size(), 2u);
  EXPECT_EQ(MustDecode("membership { tag: 'c' mode: MEMBERSHIP_MODE_ALL literals { text: 'a' } }")->op,
            Operator::kHasAll);
  const query::ExpressionPtr weight = MustDecode(
      "weight { tag: 'i' value { text: 'x' } operator: COMPARISON_OPERATOR_GREATER number: '0.5' }");
  EXPECT_EQ(weight->op, Operator::kWeight);
  EXPECT_EQ(weight->literals.at(0).text, "x");
  EXPECT_EQ(weight->literals.at(1).text, "0.5");
  const query::ExpressionPtr between =
      MustDecode("weight { tag: 'i' value { text: 'x' } number: '0' high: '1' }");
  EXPECT_EQ(between->op, Operator::kWeightBetween);
  EXPECT_EQ(between->literals.size(), 3u);
}

TEST(ExpressionDecoderTest, Birthdays) {
  const query::ExpressionPtr within = MustDecode("birthday { tag: 'd' within_days: 0 }");
  EXPECT_EQ(within->op, Operator::kBirthdayWithin);
  EXPECT_EQ(within->tag, "d");
  EXPECT_EQ(within->literals.at(0).kind, query::LiteralKind::kNumber);
  EXPECT_EQ(within->literals.at(0).text, "0");
  const query::ExpressionPtr on = MustDecode("birthday { tag: 'd' month_day: '05-17' }");
  EXPECT_EQ(on->op, Operator::kBirthdayOn);
  EXPECT_EQ(on->literals.at(0).text, "05-17");
  // What lies out of bounds is said by the check of trees.
  for (const char* wrong :
       {"birthday { tag: 'd' within_days: -1 }", "birthday { tag: 'd' within_days: 367 }",
        "birthday { tag: 'd' month_day: '02-30' }", "birthday { tag: 'd' month_day: '' }"})
    EXPECT_EQ(query::CheckTree(*MustDecode(wrong)).size(), 1u) << wrong;
}

TEST(ExpressionDecoderTest, Sums) {
  const query::ExpressionPtr sum = MustDecode(
      "sum { terms { tag: 'a' } terms { subtracted: true tag: 'b' factor: '-1.5' } terms { constant: '3' } "
      "operator: COMPARISON_OPERATOR_GREATER number: '100' outside: true }");
  EXPECT_EQ(query::Format(*sum), "a - -1.5 * b + 3 > 100");
  EXPECT_TRUE(query::CheckTree(*sum).empty());
  const query::ExpressionPtr days = MustDecode(
      "sum { terms { today {} } terms { subtracted: true tag: 'd' } number: '1' high: '7' outside: true }");
  EXPECT_EQ(query::Format(*days), "TODAY - d NOT BETWEEN 1 AND 7");
  EXPECT_TRUE(query::CheckTree(*days).empty());
  // What is no sum is said by the check of trees.
  for (const char* wrong :
       {"sum { terms { constant: '1' } number: '1' high: '2' }",
        "sum { terms { subtracted: true tag: 'a' } number: '1' high: '2' }",
        "sum { terms { tag: 'a' } terms { date: '2026-01-01' } number: '1' high: '2' }",
        "sum { terms { today { offset: 1 unit: DATE_UNIT_DAY } } terms { subtracted: true tag: 'a' } "
        "number: '1' high: '2' }"})
    EXPECT_EQ(query::CheckTree(*MustDecode(wrong)).size(), 1u) << wrong;
}

TEST(ExpressionDecoderTest, NodesWithOperands) {
  const query::ExpressionPtr tree = MustDecode(
      "any_of { operands { negated { everyone {} } } operands { at_least { count: 2 operands { nobody {} } "
      "operands { "
      "everyone {} } } } operands { as_of { date: '2024-01-31' operand { flag { tag: 'vip' } } } } }");
  ASSERT_EQ(tree->operands.size(), 3u);
  EXPECT_EQ(tree->op, Operator::kOr);
  EXPECT_EQ(tree->operands[0]->op, Operator::kNot);
  EXPECT_EQ(tree->operands[0]->operands.at(0)->op, Operator::kEveryone);
  EXPECT_EQ(tree->operands[1]->count, 2);
  EXPECT_EQ(tree->operands[1]->operands.size(), 2u);
  EXPECT_EQ(tree->operands[2]->op, Operator::kAsOf);
  EXPECT_EQ(tree->operands[2]->literals.at(0).text, "2024-01-31");
  EXPECT_EQ(tree->operands[2]->operands.at(0)->tag, "vip");
}

TEST(ExpressionDecoderTest, WhatIsMissingIsNamedByItsPath) {
  const std::string tree = "expression.tree";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", tree},
      {"all_of {}", tree + ".all_of.operands"},
      {"any_of { operands { nobody {} } operands {} }", tree + ".any_of.operands[1]"},
      {"negated {}", tree + ".negated"},
      {"at_least { count: 1 }", tree + ".at_least.operands"},
      {"flag {}", tree + ".flag.tag"},
      {"presence {}", tree + ".presence.tag"},
      {"birthday { within_days: 1 }", tree + ".birthday.tag"},
      {"birthday { tag: 'd' }", tree + ".birthday.when"},
      {"sum {}", tree + ".sum.terms"},
      {"sum { terms {} }", tree + ".sum.terms[0].value"},
      {"sum { terms { tag: '' } }", tree + ".sum.terms[0].tag"},
      {"sum { terms { tag: 'a' factor: 'x' } }", tree + ".sum.terms[0].factor"},
      {"sum { terms { constant: '1' factor: '2' } }", tree + ".sum.terms[0].factor"},
      {"sum { terms { tag: 'a' } terms { constant: '1e5' } }", tree + ".sum.terms[1].constant"},
      {"sum { terms { date: '2026-02-30' } }", tree + ".sum.terms[0].date"},
      {"sum { terms { today { offset: 1 } } }", tree + ".sum.terms[0].today.unit"},
      {"sum { terms { tag: 'a' } }", tree + ".sum.number"},
      {"sum { terms { tag: 'a' } number: '1' }", tree + ".sum.operator"},
      {"sum { terms { tag: 'a' } number: '1' high: 'x' }", tree + ".sum.high"},
      {"segment {}", tree + ".segment.name"},
      {"comparison { tag: 'a' literal { text: 'x' } }", tree + ".comparison.operator"},
      {"comparison { tag: 'a' operator: COMPARISON_OPERATOR_EQUAL }", tree + ".comparison.literal"},
      {"comparison { operator: COMPARISON_OPERATOR_EQUAL literal { text: 'x' } }", tree + ".comparison.tag"},
      {"comparison { tag: 'a' operator: COMPARISON_OPERATOR_EQUAL literal { number: '1e3' } }",
       tree + ".comparison.literal.number"},
      {"comparison { tag: 'a' operator: COMPARISON_OPERATOR_EQUAL literal { number: '+1' } }",
       tree + ".comparison.literal.number"},
      {"comparison { tag: 'a' operator: COMPARISON_OPERATOR_EQUAL literal { number: '1.' } }",
       tree + ".comparison.literal.number"},
      {"comparison { tag: 'a' operator: COMPARISON_OPERATOR_EQUAL literal { number: '' } }",
       tree + ".comparison.literal.number"},
      {"comparison { tag: 'a' operator: COMPARISON_OPERATOR_EQUAL literal { date: '2023-02-29' } }",
       tree + ".comparison.literal.date"},
      {"comparison { tag: 'a' operator: COMPARISON_OPERATOR_EQUAL literal { today { offset: 1 } } }",
       tree + ".comparison.literal.today.unit"},
      {"membership { tag: 'a' literals { text: 'x' } }", tree + ".membership.mode"},
      {"membership { tag: 'a' mode: MEMBERSHIP_MODE_ANY }", tree + ".membership.literals"},
      {"membership { tag: 'a' mode: MEMBERSHIP_MODE_ANY literals { text: 'x' } literals {} }",
       tree + ".membership.literals[1]"},
      {"range { tag: 'a' low { number: '1' } }", tree + ".range.high"},
      {"weight { tag: 'a' value { text: 'x' } operator: COMPARISON_OPERATOR_LESS }", tree + ".weight.number"},
      {"weight { tag: 'a' value { text: 'x' } number: 'x' operator: COMPARISON_OPERATOR_LESS }",
       tree + ".weight.number"},
      {"weight { tag: 'a' value { text: 'x' } number: '1' }", tree + ".weight.operator"},
      {"as_of { operand { everyone {} } }", tree + ".as_of.when"},
      {"as_of { date: 'x' operand { everyone {} } }", tree + ".as_of.date"},
      {"as_of { date: '2024-01-01' }", tree + ".as_of.operand"},
      {"all_of { operands { negated { all_of { operands { flag {} } } } } }",
       tree + ".all_of.operands[0].negated.all_of.operands[0].flag.tag"},
  };
  for (const auto& [text, path] : cases) {
    const absl::StatusOr<query::ExpressionPtr> decoded = DecodeExpression(FromText(text), "expression.tree");
    ASSERT_THAT(decoded, ::testing::Not(IsOk())) << text;
    const auto details = DetailsOf(ToRpcStatus(decoded.status()));
    ASSERT_EQ(details.bad.field_violations_size(), 1) << text;
    EXPECT_EQ(details.bad.field_violations(0).field(), path) << text;
    EXPECT_EQ(details.info.reason(), "BAD_REQUEST") << text;
  }
}

v1::Expression Nested(int depth) {
  v1::Expression expression;
  v1::Expression* node = &expression;
  for (int i = 1; i < depth; ++i) node = node->mutable_negated();
  node->mutable_everyone();
  return expression;
}

TEST(ExpressionDecoderTest, DepthAndNodesAreLimited) {
  EXPECT_THAT(DecodeExpression(Nested(40), "tree"), IsOk());
  const absl::Status deep = DecodeExpression(Nested(41), "tree").status();
  EXPECT_EQ(DetailsOf(ToRpcStatus(deep)).info.reason(), "LIMIT");
  v1::Expression wide;
  for (int i = 0; i < 99'999; ++i) wide.mutable_any_of()->add_operands()->mutable_everyone();
  EXPECT_THAT(DecodeExpression(wide, "tree"), IsOk());
  wide.mutable_any_of()->add_operands()->mutable_everyone();
  EXPECT_EQ(DetailsOf(ToRpcStatus(DecodeExpression(wide, "tree").status())).info.reason(), "LIMIT");
}

}  // namespace
}  // namespace muster::server
