// Trees that programs build: their checks, and printing them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "query/language/formatter.h"
#include "query/language/parser.h"
#include "query/language/tree_check.h"
#include "tests/golden/rendered_problem.h"
#include "tests/matchers/status.h"
#include "text/like_pattern.h"

namespace muster::query {
namespace {

using testing::HasSubstr;

Literal Text(std::string text) {
  Literal literal;
  literal.text = std::move(text);
  return literal;
}

Literal Number(std::string text) {
  Literal literal = Text(std::move(text));
  literal.kind = LiteralKind::kNumber;
  return literal;
}

ExpressionPtr Leaf(Operator op, std::string tag, std::vector<Literal> literals) {
  auto leaf = std::make_unique<Expression>(op);
  leaf->tag = std::move(tag);
  leaf->literals = std::move(literals);
  return leaf;
}

ExpressionPtr Branch(Operator op, std::vector<ExpressionPtr> operands) {
  auto branch = std::make_unique<Expression>(op);
  branch->operands = std::move(operands);
  return branch;
}

// Names and texts that are hard to print.
const char* const kWords[] = {"a",  "b",    "and",  "a b",  "a.b",    ".a",      "a.", "a..b",
                              "9a", "a`b",  "性别", "it's", "\\",     "\\'",     "%",  "\\%",
                              "\"", "a\nb", "‘",    "’x",   "weight", "a\u00a0b"};

class RandomTree {
 public:
  explicit RandomTree(uint32_t seed) : random_(seed) {}

  ExpressionPtr Make(int depth) {
    if (depth == 0 || Below(4) == 0) return MakeLeaf();
    constexpr Operator kBranches[] = {Operator::kAnd, Operator::kOr, Operator::kNot, Operator::kAtLeast,
                                      Operator::kAsOf};
    const Operator op = kBranches[Below(5)];
    const bool single = op == Operator::kNot || op == Operator::kAsOf;
    ExpressionPtr branch = Branch(op, {});
    const uint32_t operands = single ? 1 : 2 + Below(3);
    for (uint32_t i = 0; i < operands; ++i) branch->operands.push_back(Make(depth - 1));
    branch->count = Below(5);
    if (op == Operator::kAsOf) branch->literals.push_back(Date());
    return branch;
  }

 private:
  uint32_t Below(uint32_t bound) { return static_cast<uint32_t>(random_() % bound); }
  std::string Word() { return kWords[Below(std::size(kWords))]; }

  Literal Date() {
    Literal literal;
    if (Below(2) == 0) {
      literal.kind = LiteralKind::kDate;
      literal.text = "2026-02-28";
    } else {
      literal.kind = LiteralKind::kToday;
      literal.today_offset = static_cast<int32_t>(Below(7)) - 3;
      if (literal.today_offset != 0) literal.today_unit = static_cast<DateUnit>(Below(4));
    }
    return literal;
  }

  Literal Any() {
    Literal literal;
    switch (Below(4)) {
      case 0:
        return Number(Below(2) == 0 ? "-0.50" : "007");
      case 1:
        return Date();
      case 2:
        literal.kind = LiteralKind::kBoolean;
        literal.boolean = Below(2) == 0;
        return literal;
      default:
        return Text(Word());
    }
  }

  ExpressionPtr MakeLeaf() {
    ExpressionPtr leaf;
    switch (Below(13)) {
      case 0:
        return Leaf(Below(2) == 0 ? Operator::kEveryone : Operator::kNobody, "", {});
      case 1:
        return Leaf(Operator::kHas, Word(), {});
      case 2:
        return Leaf(Operator::kFlag, Word(), {});
      case 3:
        return Leaf(Operator::kSegment, Word(), {});
      case 4:
        return Leaf(Operator::kIdList, Word(), {});
      case 5:
        leaf = Leaf(Below(2) == 0 ? Operator::kLike : Operator::kIlike, Word(),
                    {Text(CanonicalPattern(Word() + Word()))});
        leaf->negated = Below(2) == 0;
        return leaf;
      case 6:
        leaf = Leaf(Operator::kWeight, Word(), {Any(), Number("1.5")});
        break;
      case 7:
        leaf = Leaf(Operator::kWeightBetween, Word(), {Any(), Number("-1"), Number("2")});
        break;
      case 11:
        return Leaf(Operator::kBirthdayWithin, Word(), {Number(Below(2) == 0 ? "1" : "366")});
      case 12:
        return Leaf(Operator::kBirthdayOn, Word(), {Text(Below(2) == 0 ? "02-29" : "12-31")});
      case 8:
        leaf = Leaf(Operator::kBetween, Word(), {Any(), Any()});
        break;
      case 9:
        leaf = Leaf(Below(2) == 0 ? Operator::kIn : Operator::kHasAll, Word(), {Any(), Any(), Any()});
        break;
      default:
        leaf = Leaf(Operator::kCompare, Word(), {Any()});
    }
    if (leaf->op == Operator::kBetween || leaf->op == Operator::kIn) leaf->negated = Below(2) == 0;
    if (leaf->op == Operator::kCompare || leaf->op == Operator::kWeight)
      leaf->comparison = static_cast<Comparison>(Below(6));
    return leaf;
  }

  std::mt19937 random_;
};

void ExpectSame(const Expression& a, const Expression& b) {
  ASSERT_EQ(a.op, b.op);
  EXPECT_EQ(a.tag, b.tag);
  EXPECT_EQ(a.comparison, b.comparison);
  EXPECT_EQ(a.negated, b.negated);
  EXPECT_EQ(a.op == Operator::kAtLeast ? a.count : 0, b.count);
  ASSERT_EQ(a.literals.size(), b.literals.size());
  for (size_t i = 0; i < a.literals.size(); ++i) {
    EXPECT_EQ(a.literals[i].kind, b.literals[i].kind);
    EXPECT_EQ(a.literals[i].text, b.literals[i].text);
    EXPECT_EQ(a.literals[i].boolean, b.literals[i].boolean);
    EXPECT_EQ(a.literals[i].today_offset, b.literals[i].today_offset);
    EXPECT_EQ(a.literals[i].today_unit, b.literals[i].today_unit);
  }
  ASSERT_EQ(a.operands.size(), b.operands.size());
  for (size_t i = 0; i < a.operands.size(); ++i) ExpectSame(*a.operands[i], *b.operands[i]);
}

TEST(TreeTest, WhatIsPrintedParsesToTheSameTree) {
  for (uint32_t seed = 0; seed < 3'000; ++seed) {
    const ExpressionPtr tree = RandomTree(seed).Make(5);
    ASSERT_TRUE(CheckTree(*tree).empty()) << seed;
    const std::string text = Format(*tree);
    const ParseResult again = Parse(text);
    ASSERT_THAT(again, IsOk()) << "seed " << seed << ": " << text << "\n"
                               << RenderProblem(text, again.problems[0]);
    ASSERT_NO_FATAL_FAILURE(ExpectSame(*tree, *again.expression)) << "seed " << seed << ": " << text;
    const std::string canonical = CanonicalText(*tree);
    const ParseResult canonical_again = Parse(canonical);
    ASSERT_THAT(canonical_again, IsOk()) << "seed " << seed << ": " << canonical;
    ASSERT_EQ(CanonicalText(*canonical_again.expression), canonical) << "seed " << seed;
  }
}

TEST(TreeTest, TheOrderOfOperandsDoesNotChangeTheCanonicalText) {
  for (uint32_t seed = 0; seed < 500; ++seed) {
    std::vector<ExpressionPtr> forward, backward;
    for (uint32_t i = 0; i < 4; ++i) {
      forward.push_back(RandomTree(seed * 4 + i).Make(2));
      backward.insert(backward.begin(), RandomTree(seed * 4 + i).Make(2));
    }
    const Operator op = seed % 2 == 0 ? Operator::kAnd : Operator::kOr;
    EXPECT_EQ(CanonicalText(*Branch(op, std::move(forward))), CanonicalText(*Branch(op, std::move(backward))))
        << seed;
  }
}

TEST(TreeTest, JunctionsOfOneOperandPrintAsTheOperand) {
  std::vector<ExpressionPtr> one;
  one.push_back(Leaf(Operator::kFlag, "vip", {}));
  std::vector<ExpressionPtr> outer;
  outer.push_back(Branch(Operator::kOr, std::move(one)));
  const ExpressionPtr tree = Branch(Operator::kAnd, std::move(outer));
  EXPECT_EQ(Format(*tree), "vip");
  EXPECT_EQ(CanonicalText(*tree), "vip");
}

TEST(TreeTest, TheFormIsAppliedToNamesAndTexts) {
  const ExpressionPtr tree = Leaf(Operator::kIn, "A", {Text("X"), Text("x")});
  EXPECT_EQ(
      CanonicalText(*tree,
                    [](std::string_view text) { return std::string(1, static_cast<char>(text[0] | 0x20)); }),
      "a = 'x'");
}

std::string FirstProblem(const Expression& tree) {
  const std::vector<Problem> problems = CheckTree(tree);
  return problems.empty() ? "" : problems[0].message;
}

TEST(TreeCheckTest, ShapesAreChecked) {
  EXPECT_THAT(FirstProblem(*Branch(Operator::kAnd, {})),
              HasSubstr("AND has 0 operands, and takes at least 1"));
  EXPECT_THAT(FirstProblem(*Branch(Operator::kNot, {})), HasSubstr("NOT has 0 operands, and takes 1"));
  EXPECT_THAT(FirstProblem(*Leaf(Operator::kCompare, "a", {})),
              HasSubstr("A comparison has 0 values, and takes 1"));
  EXPECT_THAT(FirstProblem(*Leaf(Operator::kHas, "", {})), HasSubstr("HAS has no name"));
  EXPECT_THAT(FirstProblem(*Leaf(Operator::kHas, "\xff", {})), HasSubstr("not UTF-8"));
  EXPECT_THAT(FirstProblem(*Leaf(Operator::kCompare, "a", {Text("\xff")})), HasSubstr("not UTF-8"));
  EXPECT_THAT(FirstProblem(*Leaf(Operator::kCompare, "a", {Number("1e5")})), HasSubstr("not a number"));
  EXPECT_THAT(FirstProblem(*Leaf(Operator::kWeight, "a", {Text("v"), Text("1")})),
              HasSubstr("compared with a number"));
  Literal date;
  date.kind = LiteralKind::kDate;
  date.text = "2026-02-30";
  EXPECT_THAT(FirstProblem(*Leaf(Operator::kCompare, "a", {date})), HasSubstr("does not exist"));
  Literal today;
  today.kind = LiteralKind::kToday;
  today.today_offset = std::numeric_limits<int32_t>::min();
  EXPECT_THAT(FirstProblem(*Leaf(Operator::kCompare, "a", {today})), HasSubstr("at most 1000000 units"));
  ExpressionPtr hole = Branch(Operator::kNot, {});
  hole->operands.push_back(nullptr);
  EXPECT_THAT(FirstProblem(*hole), HasSubstr("operand is missing"));
}

TEST(TreeCheckTest, LimitsAreChecked) {
  ExpressionPtr deep = Leaf(Operator::kFlag, "a", {});
  for (int i = 1; i < 40; ++i) {
    std::vector<ExpressionPtr> one;
    one.push_back(std::move(deep));
    deep = Branch(Operator::kNot, std::move(one));
  }
  EXPECT_EQ(FirstProblem(*deep), "");
  std::vector<ExpressionPtr> one;
  one.push_back(std::move(deep));
  deep = Branch(Operator::kNot, std::move(one));
  EXPECT_THAT(FirstProblem(*deep), HasSubstr("more than 40 levels deep"));

  std::vector<ExpressionPtr> many;
  for (int i = 0; i < 100'000; ++i) many.push_back(Leaf(Operator::kFlag, "a", {}));
  EXPECT_THAT(FirstProblem(*Branch(Operator::kAnd, std::move(many))), HasSubstr("more than 100000 nodes"));
  EXPECT_THAT(FirstProblem(*Leaf(Operator::kIn, "a", std::vector<Literal>(65'537, Text("v")))),
              HasSubstr("at most 65536 values"));
}

}  // namespace
}  // namespace muster::query
