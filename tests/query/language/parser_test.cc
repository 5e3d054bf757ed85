#include "query/language/parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "query/language/formatter.h"
#include "tests/matchers/status.h"

namespace muster::query {
namespace {

using testing::HasSubstr;

std::string Repeat(std::string_view piece, size_t times) {
  std::string text;
  text.reserve(piece.size() * times);
  for (size_t i = 0; i < times; ++i) text += piece;
  return text;
}

void ExpectOneLimit(const std::string& text, const std::string& sentence) {
  const ParseResult result = Parse(text);
  ASSERT_EQ(result.problems.size(), 1u);
  EXPECT_EQ(result.problems[0].reason, index::Reason::kLimit);
  EXPECT_THAT(result.problems[0].message, HasSubstr(sentence));
}

TEST(ParserTest, TreesHaveTheirPartsInPlace) {
  const std::string text = "NOT a AND city IN ('x', 5) OR d < TODAY - 2 WEEKS";
  const ParseResult result = Parse(text);
  ASSERT_THAT(result, IsOk());
  const Expression& root = *result.expression;
  ASSERT_EQ(root.op, Operator::kOr);
  ASSERT_EQ(root.operands.size(), 2u);
  const Expression& both = *root.operands[0];
  ASSERT_EQ(both.op, Operator::kAnd);
  EXPECT_EQ(both.operands[0]->op, Operator::kNot);
  EXPECT_EQ(both.operands[0]->operands[0]->op, Operator::kFlag);
  const Expression& in = *both.operands[1];
  EXPECT_EQ(in.op, Operator::kIn);
  EXPECT_EQ(in.tag, "city");
  EXPECT_EQ(text.substr(in.tag_span.offset, in.tag_span.length), "city");
  EXPECT_EQ(text.substr(in.span.offset, in.span.length), "city IN ('x', 5)");
  ASSERT_EQ(in.literals.size(), 2u);
  EXPECT_EQ(in.literals[0].kind, LiteralKind::kText);
  EXPECT_EQ(in.literals[0].text, "x");
  EXPECT_EQ(in.literals[1].kind, LiteralKind::kNumber);
  EXPECT_EQ(text.substr(in.literals[1].span.offset, in.literals[1].span.length), "5");
  const Expression& less = *root.operands[1];
  EXPECT_EQ(less.comparison, Comparison::kLess);
  EXPECT_EQ(less.literals[0].kind, LiteralKind::kToday);
  EXPECT_EQ(less.literals[0].today_offset, -2);
  EXPECT_EQ(less.literals[0].today_unit, DateUnit::kWeek);
  EXPECT_EQ(root.span.length, static_cast<int32_t>(text.size()));
}

TEST(ParserTest, KeywordsFoldCaseInAsciiOnly) {
  EXPECT_THAT(Parse("a aNd b"), IsOk());
  // U+017F folds to s in Unicode, not here: HAS with it is a name.
  const ParseResult result = Parse("ha\u017f = 'x'");
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result.expression->tag, "ha\u017f");
}

TEST(ParserTest, DepthIsLimitedAndTwoHundredIsEnough) {
  for (const auto& [open, close] :
       {std::pair("(", ")"), std::pair("NOT ", ""), std::pair("AT LEAST 1 OF (", ")")}) {
    const std::string deep = Repeat(open, 200) + "a" + Repeat(close, 200);
    const ParseResult result = Parse(deep);
    ASSERT_THAT(result, IsOk()) << open;
    EXPECT_THAT(Parse(Format(*result.expression)), IsOk()) << open;
    ExpectOneLimit(Repeat(open, 201) + "a" + Repeat(close, 201), "more than 200 levels deep");
  }
  // Printed with parentheses around the AS OF, which is a level more.
  ExpectOneLimit(Repeat("NOT ", 200) + "a AS OF TODAY", "more than 200 levels deep");
  EXPECT_THAT(Parse(Repeat("NOT ", 199) + "a AS OF TODAY"), IsOk());
}

TEST(ParserTest, TenMegabytesOfParenthesesAreOneProblem) {
  ExpectOneLimit(std::string(10'000'000, '('), "at most 8388608 are read");
  ExpectOneLimit(std::string(8u << 20, '('), "more than 200 levels deep");
  EXPECT_EQ(Parse(std::string(8u << 20, ')')).problems.size(), kMaxProblems);
}

TEST(ParserTest, NodesAreLimited) {
  EXPECT_THAT(Parse("a" + Repeat(" AND a", 99'998)), IsOk());
  ExpectOneLimit("a" + Repeat(" AND a", 200'000), "more than 100000 conditions");
}

TEST(ParserTest, ValuesOfAListAreLimited) {
  const ParseResult result = Parse("a IN (1" + Repeat(",1", 65'535) + ")");
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result.expression->literals.size(), 65'536u);
  ExpectOneLimit("a IN (1" + Repeat(",1", 65'536) + ")", "join several of them with OR");
  ExpectOneLimit("a NOT IN (1" + Repeat(",1", 65'536) + ")", "join several of them with AND");
  EXPECT_EQ(Parse("a HAS ALL (1" + Repeat(",1", 65'536) + ")").problems[0].about.limit, 65'536u);
}

TEST(ParserTest, AtMostTwentyProblemsAreListed) {
  EXPECT_EQ(Parse(Repeat("a == 1 AND ", 100) + "b").problems.size(), kMaxProblems);
  EXPECT_EQ(Parse(Repeat("a == 1 AND ", 7) + "b").problems.size(), 7u);
}

TEST(ParserTest, BytesThatAreNotUtf8HaveAPlace) {
  for (const std::string text : {"a = 1 \xff", "a = '\xff'", "`x\xff` = 1", "\xe4\xb8 = 1"}) {
    const ParseResult result = Parse(text);
    ASSERT_THAT(result, ::testing::Not(IsOk()));
    EXPECT_THAT(result.problems[0].message, HasSubstr("not UTF-8"));
    EXPECT_EQ(static_cast<unsigned char>(text[result.problems[0].span.offset]) & 0x80, 0x80);
  }
}

TEST(ParserTest, ControlCharactersAreRefusedOutsideStrings) {
  const ParseResult result = Parse(std::string("a = 1\0", 6));
  ASSERT_EQ(result.problems.size(), 1u);
  EXPECT_THAT(result.problems[0].message, HasSubstr("U+0000"));
  EXPECT_THAT(Parse(std::string("a = '\0'", 7)), IsOk());
}

TEST(ParserTest, PastedBlanksAreBlanks) {
  const ParseResult result = Parse("\ufeffa\u00a0=\u20031\u3000AND\tb");
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(Format(*result.expression), "a = 1 AND b");
}

TEST(ParserTest, NoTreeWithAProblem) {
  const ParseResult result = Parse("a AND b == 1");
  EXPECT_EQ(result.expression, nullptr);
  EXPECT_TRUE(result.notices.empty());
}

TEST(ExpressionTest, DeepTreesDieWithoutRecursion) {
  auto root = std::make_unique<Expression>(Operator::kEveryone);
  for (int i = 0; i < 2'000'000; ++i) {
    auto parent = std::make_unique<Expression>(Operator::kNot);
    parent->operands.push_back(std::move(root));
    root = std::move(parent);
  }
  EXPECT_EQ(root->op, Operator::kNot);
}

}  // namespace
}  // namespace muster::query
