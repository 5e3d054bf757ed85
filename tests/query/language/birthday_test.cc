#include "query/language/birthday.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "query/language/formatter.h"
#include "query/language/parser.h"
#include "query/language/tree_check.h"
#include "tests/matchers/status.h"

namespace muster::query {
namespace {

using testing::HasSubstr;

TEST(BirthdayTest, EveryMonthAndDay) {
  size_t days = 0;
  for (int month = 0; month < 100; ++month) {
    for (int day = 0; day < 100; ++day) {
      const std::string text = absl::StrFormat("%02d-%02d", month, day);
      const std::optional<absl::CivilDay> found = MonthDayOf(text);
      const bool parsed = Parse("BIRTHDAY(b) = " + text).ok();
      EXPECT_EQ(parsed, found.has_value()) << text;
      EXPECT_EQ(Parse("BIRTHDAY(b) = '" + text + "'").ok(), parsed) << text;
      if (!found.has_value()) continue;
      ++days;
      EXPECT_EQ(found->month(), month) << text;
      EXPECT_EQ(found->day(), day) << text;
    }
  }
  EXPECT_EQ(days, 366u);
}

TEST(BirthdayTest, FormsAreReadAndPrinted) {
  const std::vector<std::pair<std::string, std::string>> forms = {
      {"BIRTHDAY(b) WITHIN 7 DAYS", "BIRTHDAY (b) WITHIN 7 DAYS"},
      {"birthday (b) within 1 days", "BIRTHDAY (b) WITHIN 1 DAY"},
      {"BIRTHDAY（b） WITHIN 0 DAY", "BIRTHDAY (b) WITHIN 0 DAYS"},
      {"BIRTHDAY(b) WITHIN 0366 DAYS", "BIRTHDAY (b) WITHIN 366 DAYS"},
      {"BIRTHDAY(b) WITHIN 000 DAYS", "BIRTHDAY (b) WITHIN 0 DAYS"},
      {"BIRTHDAY(`not b`) = 05-17", "BIRTHDAY (`not b`) = 05-17"},
      {"BIRTHDAY(birthday)=\"02-29\"", "BIRTHDAY (birthday) = 02-29"},
      {"BIRTHDAY(b) ＝ ‘12-31’", "BIRTHDAY (b) = 12-31"},
      {"birthday AND BIRTHDAY(b) = 05-17 AND birthday >= 1990-01-01",
       "birthday AND BIRTHDAY (b) = 05-17 AND birthday >= 1990-01-01"},
      {"BIRTHDAY(b) WITHIN 7 DAYS AS OF TODAY - 1 DAY", "BIRTHDAY (b) WITHIN 7 DAYS AS OF TODAY - 1 DAY"},
      {"NOT BIRTHDAY(b) = 05-17", "NOT BIRTHDAY (b) = 05-17"}};
  for (const auto& [text, printed] : forms) {
    const ParseResult result = Parse(text);
    ASSERT_THAT(result, IsOk()) << text;
    EXPECT_EQ(Format(*result.expression), printed);
    EXPECT_TRUE(CheckTree(*result.expression).empty()) << text;
  }
}

TEST(BirthdayTest, WhatIsWrongIsSaidOnce) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"BIRTHDAY(b) = 02-30", "No year has a day 02-30"},
      {"BIRTHDAY(b) = 13-01", "No year has a day 13-01"},
      {"BIRTHDAY(b) = '00-10'", "No year has a day 00-10"},
      {"BIRTHDAY(b) = 5-17", "two digits each"},
      {"BIRTHDAY(b) = 05-1", "two digits each"},
      {"BIRTHDAY(b) = 05 - 17", "two digits each, without spaces"},
      {"BIRTHDAY(b) = 05- 17 AND a", "two digits each, without spaces"},
      {"BIRTHDAY(b) = 0517", "two digits each"},
      {"BIRTHDAY(b) = '05/17'", "not `05/17`"},
      {"BIRTHDAY(b) = ' 05-17'", "two digits each"},
      {"BIRTHDAY(b) = 1990-05-17", "write 05-17 for 1990-05-17"},
      {"BIRTHDAY(b) = '1990-05-17'", "write 05-17 for 1990-05-17"},
      {"BIRTHDAY(b) = TODAY", "WITHIN 0 DAYS"},
      {"BIRTHDAY(b) = x", "are expected after `=`"},
      {"BIRTHDAY(b) =", "are expected after `=`"},
      {"BIRTHDAY(b) != 05-17", "write HAS b AND NOT BIRTHDAY (b) = 05-17"},
      {"BIRTHDAY(b) > 05-17", "compares the dates themselves, as in b >= 1990-01-31"},
      {"BIRTHDAY(b) IN (05-17)", "write BIRTHDAY (b) = 05-17 OR BIRTHDAY (b) = 05-18"},
      {"BIRTHDAY(b) NOT WITHIN 7 DAYS", "NOT BIRTHDAY (b) WITHIN 7 DAYS"},
      {"BIRTHDAY(b)", "WITHIN or `=` is expected here, not the end"},
      {"BIRTHDAY(b", "`)` is expected"},
      {"BIRTHDAY()", "A tag is expected"},
      {"BIRTHDAY('b') = 05-17", "A tag is expected"},
      {"BIRTHDAY(in) = 05-17", "back quotes"},
      {"BIRTHDAY(a b) = 05-17 AND vip", "`)` is expected here, not `b`"},
      {"(BIRTHDAY(b, 'x') WITHIN 7 DAYS)", "`)` is expected here, not `,`"},
      {"BIRTHDAY(b) WITHIN 7", "DAYS is expected after WITHIN 7"},
      {"BIRTHDAY(b) WITHIN 1 WEEK", "write WITHIN 7 DAYS"},
      {"BIRTHDAY(b) WITHIN 2 weeks", "write WITHIN 14 DAYS"},
      {"BIRTHDAY(b) WITHIN 60 WEEKS", "WITHIN counts days, at most 366"},
      {"BIRTHDAY(b) WITHIN 1 MONTH", "WITHIN counts days, at most 366"},
      {"BIRTHDAY(b) WITHIN 1 HOUR", "DAYS is expected after WITHIN 1"},
      {"BIRTHDAY(b) WITHIN DAYS", "A whole number of days"},
      {"BIRTHDAY(b) WITHIN -1 DAYS", "A whole number of days"},
      {"BIRTHDAY(b) WITHIN '7' DAYS", "A whole number of days"},
      {"BIRTHDAY(b) WITHIN 1.5 DAYS", "from 0 to 366, not 1.5"},
      {"BIRTHDAY(b) WITHIN 367 DAYS", "at most 366 days ahead; members with any date are HAS b"},
      {"BIRTHDAY(b) WITHIN 99999999999999999999 DAYS", "at most 366 days"}};
  for (const auto& [text, words] : cases) {
    const ParseResult result = Parse(text);
    ASSERT_EQ(result.problems.size(), 1u) << text;
    EXPECT_THAT(result.problems[0].message, HasSubstr(words)) << text;
  }
  EXPECT_EQ(Parse("BIRTHDAY(b) WITHIN 367 DAYS").problems[0].reason, index::Reason::kLimit);
  EXPECT_EQ(Parse("BIRTHDAY(b) WITHIN 367 DAYS").problems[0].about.limit, 366u);
}

ExpressionPtr TreeOf(Operator op, LiteralKind kind, std::string text) {
  auto tree = std::make_unique<Expression>(op);
  tree->tag = "b";
  Literal& literal = tree->literals.emplace_back();
  literal.kind = kind;
  literal.text = std::move(text);
  return tree;
}

TEST(BirthdayTest, TreesAreChecked) {
  EXPECT_TRUE(CheckTree(*TreeOf(Operator::kBirthdayOn, LiteralKind::kText, "02-29")).empty());
  EXPECT_TRUE(CheckTree(*TreeOf(Operator::kBirthdayWithin, LiteralKind::kNumber, "366")).empty());
  struct Wrong {
    Operator op;
    LiteralKind kind;
    const char* text;
    const char* words;
  };
  const Wrong wrong[] = {
      {Operator::kBirthdayOn, LiteralKind::kText, "02-30", "No year"},
      {Operator::kBirthdayOn, LiteralKind::kText, "0a-10", "two digits each"},
      {Operator::kBirthdayOn, LiteralKind::kText, "", "two digits each"},
      {Operator::kBirthdayOn, LiteralKind::kDate, "1990-05-17", "a month and a day"},
      {Operator::kBirthdayWithin, LiteralKind::kNumber, "-1", "whole number"},
      {Operator::kBirthdayWithin, LiteralKind::kNumber, "367", "at most 366"},
      {Operator::kBirthdayWithin, LiteralKind::kText, "7", "a number of days"},
  };
  for (const auto& [op, kind, text, words] : wrong) {
    const std::vector<Problem> problems = CheckTree(*TreeOf(op, kind, text));
    ASSERT_EQ(problems.size(), 1u) << text;
    EXPECT_THAT(problems[0].message, HasSubstr(words));
  }
  Expression bare(Operator::kBirthdayOn);
  bare.tag = "b";
  EXPECT_FALSE(CheckTree(bare).empty());
}

}  // namespace
}  // namespace muster::query
