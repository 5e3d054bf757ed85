#include "query/language/sum.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "query/language/formatter.h"
#include "query/language/parser.h"
#include "query/language/tree_check.h"
#include "tests/matchers/status.h"

namespace muster::query {
namespace {

using testing::HasSubstr;

std::string Printed(const std::string& text) {
  const ParseResult result = Parse(text);
  EXPECT_THAT(result, IsOk()) << text;
  return result.ok() ? Format(*result.expression) : "";
}

std::string Canonical(const std::string& text) {
  const ParseResult result = Parse(text);
  EXPECT_THAT(result, IsOk()) << text;
  return result.ok() ? CanonicalText(*result.expression) : "";
}

std::string Refused(const std::string& text) {
  const ParseResult result = Parse(text);
  return result.ok() ? "nothing" : result.problems.front().message;
}

TEST(SumTest, FormsAreReadAndPrinted) {
  const std::vector<std::pair<std::string, std::string>> forms = {
      {"a-b>100", "a - b > 100"},
      {"a + b - c <= -1.50", "a + b - c <= -1.50"},
      {"1.5*a = 3", "1.5 * a = 3"},
      {"a * 2 != 3", "2 * a != 3"},
      {"a*-2 < 3", "-2 * a < 3"},
      {"-1 * a - -2 * b >= 0", "-1 * a - -2 * b >= 0"},
      {"5 - a > 1", "5 - a > 1"},
      {"-5 + a > 1", "-5 + a > 1"},
      {"a -5 > 1", "a - 5 > 1"},
      {"1 * a + 0 > 1", "a + 0 > 1"},
      {"a - a > 0", "a - a > 0"},
      {"`first order` - `b-c` between 1 and 2", "`first order` - `b-c` BETWEEN 1 AND 2"},
      {"a - b NOT BETWEEN -1 AND 1.5", "a - b NOT BETWEEN -1 AND 1.5"},
      {"TODAY - born > 365", "TODAY - born > 365"},
      {"born-today<=0", "born - TODAY <= 0"},
      {"last - 2026-01-31 <= 30", "last - 2026-01-31 <= 30"},
      {"'2026-01-31' - last <= 30", "2026-01-31 - last <= 30"},
      {"last - first <= 30", "last - first <= 30"},
      {"NOT a - b > 1 AND c", "NOT a - b > 1 AND c"},
      {"(a - b > 1 OR c) AS OF 2026-01-01", "(a - b > 1 OR c) AS OF 2026-01-01"},
      {"a - b > 1 AS OF TODAY - 1 DAY", "a - b > 1 AS OF TODAY - 1 DAY"},
      {"AT LEAST 1 OF (a - b > 1, 2 * a > 1, TODAY - d > 1)",
       "AT LEAST 1 OF (a - b > 1, 2 * a > 1, TODAY - d > 1)"},
      {"today - days > 5", "TODAY - days > 5"}};
  for (const auto& [text, printed] : forms) {
    const ParseResult result = Parse(text);
    ASSERT_THAT(result, IsOk()) << text;
    EXPECT_EQ(Format(*result.expression), printed);
    EXPECT_EQ(Printed(printed), printed);
    EXPECT_TRUE(CheckTree(*result.expression).empty()) << text;
  }
}

TEST(SumTest, WhatIsNoSumStaysWhatItWas) {
  EXPECT_EQ(Printed("age > -5"), "age > -5");
  EXPECT_EQ(Printed("born < TODAY - 30 DAYS"), "born < TODAY - 30 DAYS");
  EXPECT_EQ(Printed("born < today - 1 MONTH AND born > 2020-01-01"),
            "born < TODAY - 1 MONTH AND born > 2020-01-01");
  EXPECT_THAT(Refused("TODAY - 30 DAYS < born"), HasSubstr("write born > TODAY - 30 DAYS"));
  EXPECT_THAT(Refused("30 < age"), HasSubstr("write age > 30"));
  EXPECT_THAT(Refused("-5 < age"), HasSubstr("write age > -5"));
  EXPECT_THAT(Refused("HAS a-b"), HasSubstr("in back quotes, as in `a-b`"));
  EXPECT_THAT(Refused("not-paid = 1"), HasSubstr("in back quotes, as in `not-paid`"));
}

TEST(SumTest, EqualSumsHaveOneCanonicalText) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> equal = {
      {"a - b > 100",
       {"a-b>100.0", "a + 5 - b > 105", "-1*b + a > 100", "b - a < -100", "2*a - b - a > 100",
        "a - b - 0.5 > 99.50", "a * 01.0 - b > 0100", "0 - b + a > 100"}},
      {"a + b <= -5", {"b + a <= -5", "-1 * a - b >= 5"}},
      {"b - a = 3", {"a - b = -3", "b - a - 3 = 0", "b - 3 - a = 0"}},
      {"a - b = 0", {"b - a = 0", "a - b = -0.0"}},
      {"b - a BETWEEN 1 AND 3", {"a - b BETWEEN -3 AND -1", "b - a + 1 BETWEEN 2 AND 4"}},
      {"a - b NOT BETWEEN -2 AND 2", {"b - a NOT BETWEEN -2 AND 2"}},
      {"2 * a - 1.5 * b != 0", {"a - 1.50 * b + a != 0", "b * 1.5 - 2 * a != 0"}},
      {"a > 5", {"a + 5 > 10", "1 * a > 5.00", "-1 * a < -5", "5 - a < 0", "2 * a - a > 5"}},
      {"a NOT BETWEEN 1 AND 2", {"a + 1 NOT BETWEEN 2 AND 3", "0 - a NOT BETWEEN -2 AND -1"}},
      {"2 * a > 5", {"a + a > 5", "-2 * a < -5"}},
      {"0 * a > 5", {"a - a > 5", "0.0 * a > 5"}},
      {"0 * a + b > 5", {"b + a - a > 5"}},
      {"TODAY - born > 365", {"born - TODAY < -365", "TODAY - born > 365.0"}},
      {"born - 2026-01-01 <= 30", {"2026-01-01 - born >= -30"}},
      {"born - TODAY = 0", {"TODAY - born = 0"}}};
  for (const auto& [canonical, texts] : equal) {
    EXPECT_EQ(Canonical(canonical), canonical);
    for (const std::string& text : texts) EXPECT_EQ(Canonical(text), canonical) << text;
  }
  EXPECT_NE(Canonical("a - b > 1"), Canonical("a - b >= 1"));
  EXPECT_NE(Canonical("a - b > 1"), Canonical("b - a > 1"));
}

TEST(SumTest, WhatIsWrongIsExplained) {
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"a > b", "write a - b > 0."},
      {"a + b > c", "write a + b - c > 0, if all are NUMBER tags."},
      {"a > b - c + 5", "write a - b + c > 5, if all are NUMBER tags."},
      {"a = 2 * b", "write a - 2 * b = 0."},
      {"a <= 100 - b", "write a + b <= 100."},
      {"a - b > 2 * c", "write a - b - 2 * c > 0, if all are NUMBER tags."},
      {"a > `b c`", "write a - `b c` > 0."},
      {"a = `b`", "as in a - b = 0"},
      {"price > 100 - 20", "write price > 80."},
      {"(a - b) > 5", "no parentheses; write a - b with its comparison"},
      {"2 * (a - b) > 5", "A sum has no parentheses"},
      {"a - (b + c) > 5", "A sum has no parentheses"},
      {"a * b > 5", "Two tags are not multiplied"},
      {"2 * 3 * a > 5", "one number as its factor"},
      {"a * 2 * 3 > 5", "one number as its factor"},
      {"a / 2 > 5", "0.5 * amount"},
      {"a × 2 > 5", "write `*`"},
      {"-a > 5", "write -1 * tag"},
      {"a - -b > 5", "write -1 * tag"},
      {"a - b", "A comparison is missing between a - b and the end"},
      {"a - b IN (1, 2)", "as in (a - b = 1 OR a - b = 2)"},
      {"a - b NOT IN (1, 2)", "as in (a - b != 1 AND a - b != 2)"},
      {"a - b > 'x'", "compared with a number"},
      {"a - b > 2026-01-01", "with a number of days"},
      {"a - b = true", "compared with a number"},
      {"a - b > 1 > 0", "BETWEEN low AND high"},
      {"a - b BETWEEN 1 OR 2", "needs its AND here"},
      {"1 < a - b", "write a - b > 1."},
      {"5 - 3 > 1", "names at least one tag"},
      {"last - first <= 30 DAYS", "write 30 without a unit"},
      {"TODAY - born > 18 YEARS", "born < TODAY - 18 YEARS"},
      {"TODAY - 30 DAYS - born > 5", "without an offset"},
      {"born - TODAY + 5 > 5", "without an offset"},
      {"TODAY + born > 5", "Days are counted from one date to another"},
      {"2 * born - TODAY > 5", "Days are counted from one date to another"},
      {"TODAY * 2 > 5", "A date has no factor"},
      {"born - 2026-01-01 - age > 5", "Days are counted from one date to another"},
      {"born - 2026-02-30 > 5", "does not exist"},
      {"2026-01-01 - TODAY > 5", "names at least one tag"},
      {"a - abs(b) > 1", "no function abs"},
      {"a + > 1", "A tag, a number or a date is expected after `+`, not `>`"},
      {"a - AND b", "expected after `-`, not `AND`"},
      {"first-order-date = 'x'", "in back quotes, as in `first-order-date`"},
      {"opt-in = 1", "in back quotes, as in `opt-in`"},
      {"opt-out AND a", "in back quotes, as in `opt-out`"},
      {"top-10 LIKE 'x'", "in back quotes, as in `top-10`"}};
  for (const auto& [text, why] : wrong) EXPECT_THAT(Refused(text), HasSubstr(why)) << text;
}

TEST(SumTest, TagsTermsAndDigitsAreLimited) {
  const auto sum_of = [](size_t terms, size_t tags) {
    std::string text = "t0";
    for (size_t i = 1; i < terms; ++i) absl::StrAppend(&text, " + t", i % tags);
    return text + " > 0";
  };
  const auto refused = [](const std::string& text, uint64_t limit) {
    const ParseResult result = Parse(text);
    ASSERT_EQ(result.problems.size(), 1u) << text;
    EXPECT_EQ(result.problems[0].reason, index::Reason::kLimit);
    EXPECT_EQ(result.problems[0].about.limit, limit);
  };
  EXPECT_THAT(Parse(sum_of(32, 32)), IsOk());
  EXPECT_THAT(Parse(sum_of(900, 32)), IsOk()) << "a tag counts once, however often it is written";
  EXPECT_EQ(Canonical(sum_of(40, 2)), "20 * t0 + 20 * t1 > 0");
  refused(sum_of(33, 33), 32);
  refused(sum_of(1'001, 2), 1'000);
  const std::string long_factor(999, '9');
  EXPECT_THAT(Parse(absl::StrCat(long_factor, " * a + b > 0")), IsOk());
  refused(absl::StrCat(long_factor, " * a + b + c > 0"), 1'000);
  EXPECT_THAT(Parse(absl::StrCat("a + b > ", std::string(100'000, '9'))), IsOk()) << "as in any comparison";
}

// Trees that no text makes.
TEST(SumTest, TreesAreChecked) {
  const auto sum = [](std::vector<Term> terms) {
    auto node = std::make_unique<Expression>(Operator::kSum);
    node->terms = std::move(terms);
    node->literals.resize(1);
    node->literals[0].kind = LiteralKind::kNumber;
    node->literals[0].text = "1";
    return node;
  };
  Term tag;
  tag.tag = "a";
  tag.literal.kind = LiteralKind::kNumber;
  tag.literal.text = "2";
  EXPECT_TRUE(CheckTree(*sum({tag})).empty());
  const auto refused = [&](Term term, const char* why) {
    const std::vector<Problem> problems = CheckTree(*sum({tag, std::move(term)}));
    ASSERT_EQ(problems.size(), 1u) << why;
    EXPECT_THAT(problems[0].message, HasSubstr(why));
  };
  EXPECT_THAT(CheckTree(*sum({}))[0].message, HasSubstr("at least one tag"));
  Term wrong = tag;
  wrong.literal.text = "1e5";
  refused(wrong, "is not a number");
  wrong = tag;
  wrong.tag = "\xff";
  refused(wrong, "not UTF-8");
  wrong = tag;
  wrong.literal.kind = LiteralKind::kDate;
  wrong.literal.text = "2026-01-01";
  refused(wrong, "factor is a number");
  wrong.tag.clear();
  refused(wrong, "Days are counted");
  wrong.literal.kind = LiteralKind::kText;
  refused(wrong, "A term of a sum is a tag");
  wrong.literal.kind = LiteralKind::kToday;
  wrong.literal.today_offset = -1;
  refused(wrong, "without an offset");
  Term first = tag;
  first.subtracted = true;
  EXPECT_THAT(CheckTree(*sum({first, tag}))[0].message, HasSubstr("negative factor"));
  std::vector<Term> many(33, tag);
  EXPECT_TRUE(CheckTree(*sum(many)).empty()) << "one tag";
  for (size_t i = 0; i < many.size(); ++i) many[i].tag = absl::StrCat("a", i);
  EXPECT_EQ(CheckTree(*sum(many))[0].about.limit, 32u);
}

// Random sums print as they are, and their canonical text is its own.
TEST(SumTest, RandomSumsAreStable) {
  for (uint32_t seed = 0; seed < 3000; ++seed) {
    std::mt19937 random(seed);
    const auto pick = [&random](std::initializer_list<const char*> texts) {
      return std::string(texts.begin()[random() % texts.size()]);
    };
    const auto term = [&] {
      const std::string tag = pick({"a", "b", "`c-d`", "e.f"});
      const std::string number = pick({"1", "-1", "0", "2.50", "-0.5", "007"});
      return random() % 3 == 0 ? number : random() % 2 == 0 ? tag : absl::StrCat(number, " * ", tag);
    };
    std::string text = "a";
    for (uint32_t i = random() % 5 + 1; i > 0; --i) absl::StrAppend(&text, pick({" + ", " - "}), term());
    text += random() % 3 > 0 ? absl::StrCat(pick({" = ", " != ", " < ", " >= "}), pick({"0", "-1.0", "7.25"}))
                             : absl::StrCat(pick({" BETWEEN ", " NOT BETWEEN "}), pick({"0", "-1"}), " AND ",
                                            pick({"1", "0.50"}));
    const std::string printed = Printed(text);
    EXPECT_EQ(Printed(printed), printed) << text;
    const std::string canonical = Canonical(text);
    EXPECT_EQ(Canonical(printed), canonical) << text;
    EXPECT_EQ(Canonical(canonical), canonical) << text;
  }
}

}  // namespace
}  // namespace muster::query
