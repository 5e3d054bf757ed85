// Rule 9, exhaustively: every word of the language in every place where a tag's name can stand.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_replace.h"
#include "query/language/formatter.h"
#include "query/language/parser.h"
#include "tests/golden/rendered_problem.h"
#include "tests/matchers/status.h"

namespace muster::query {
namespace {

const std::vector<std::string>& ReservedWords() {
  static const std::vector<std::string> words = {"AND",   "OR",    "NOT",      "IN",    "BETWEEN",
                                                 "LIKE",  "ILIKE", "HAS",      "AS",    "TRUE",
                                                 "FALSE", "TODAY", "EVERYONE", "NOBODY"};
  return words;
}

// Words of constructs, of those that come later, of dates, and those that people write for operators.
const std::vector<std::string>& FreeWords() {
  static const std::vector<std::string> words = {
      "AT",     "LEAST",   "OF",     "ALL",    "ANY",    "SEGMENT", "LIST", "WEIGHT", "BIRTHDAY",
      "BUCKET", "WITHIN",  "BUCKET", "EVENTS", "LAST",   "SINCE",   "BY",   "IS",     "NULL",
      "DAY",    "DAYS",    "WEEK",   "WEEKS",  "MONTH",  "MONTHS",  "YEAR", "YEARS",  "MOST",
      "XOR",    "FROM",    "WHERE",  "SELECT", "COUNT",  "NONE",    "DATE", "NUMBER", "CONTAINS",
      "REGEXP", "MATCHES", "STARTS", "ENDS",   "EQUALS", "GT",      "LESS", "OVER",   "FLAG",
      "TAG",    "EXISTS",  "CASE",   "WHEN",   "NULLS",  "UNKNOWN"};
  return words;
}

// `{}` stands for a tag's name; all of them are good expressions.
const std::vector<std::string>& Places() {
  static const std::vector<std::string> places = {"{}",
                                                  "{} = 1",
                                                  "{}=1",
                                                  "{} != 'x'",
                                                  "{} < 2026-01-31",
                                                  "{} <= TODAY - 30 DAYS",
                                                  "{} > -1.5",
                                                  "{} >= 1",
                                                  "{}＝'x'",
                                                  "{} IN ('a', 'b')",
                                                  "{} NOT IN ('a', 'b')",
                                                  "{} BETWEEN 1 AND 2",
                                                  "{} NOT BETWEEN 1 AND 2",
                                                  "{} LIKE 'a%'",
                                                  "{} HAS ALL ('a', 'b')",
                                                  "HAS {}",
                                                  "NOT {}",
                                                  "NOT {} = 1",
                                                  "NOT NOT HAS {}",
                                                  "({})",
                                                  "(({} OR a) AND b)",
                                                  "a AND {}",
                                                  "{} AND a",
                                                  "a OR {} OR b",
                                                  "a = 1 AND {} = 1 AND b = 1",
                                                  "a BETWEEN 1 AND 2 AND {} BETWEEN 1 AND 2",
                                                  "a = TODAY AND {} = TODAY",
                                                  "a < TODAY - 1 DAY OR {}",
                                                  "a IN (1) AND {} IN (1)",
                                                  "AT LEAST 1 OF ({})",
                                                  "AT LEAST 2 OF (a, {}, b)",
                                                  "AT LEAST 2 OF ({} = 1, HAS {}, NOT {})",
                                                  "WEIGHT ({}, 'a') > 0.5",
                                                  "WEIGHT({}, 'a') BETWEEN 0.5 AND 1",
                                                  "BIRTHDAY({}) = 05-17",
                                                  "BIRTHDAY ({}) WITHIN 7 DAYS AND {}",
                                                  "BUCKET('s', 0, 1) AND {}",
                                                  "{} AS OF 2026-01-31",
                                                  "{} = 1 AS OF TODAY - 1 MONTH AND {}",
                                                  "HAS {} AS OF TODAY",
                                                  "SEGMENT 's' AND {}",
                                                  "{} OR LIST 's'",
                                                  "{} # a comment",
                                                  "{}\n= 1",
                                                  "EVERYONE AND {}",
                                                  "NOBODY OR {}"};
  return places;
}

std::string At(const std::string& place, const std::string& name) {
  return absl::StrReplaceAll(place, {{"{}", name}});
}

std::string AllMessages(const std::string& text, const ParseResult& result) {
  std::string messages = text + "\n";
  for (const Problem& problem : result.problems) messages += RenderProblem(text, problem) + "\n";
  return messages;
}

// How often the tree names the tag.
int NamedIn(const Expression& tree, const std::string& tag) {
  int times = tree.tag == tag && tree.op != Operator::kSegment && tree.op != Operator::kIdList ? 1 : 0;
  for (const ExpressionPtr& operand : tree.operands) times += NamedIn(*operand, tag);
  return times;
}

int Times(const std::string& place) {
  int times = 0;
  for (size_t at = place.find("{}"); at != std::string::npos; at = place.find("{}", at + 1)) ++times;
  return times;
}

// Parses, names the tag wherever it was put, and prints as text that means the same.
void ExpectNamed(const std::string& place, const std::string& written, const std::string& tag) {
  const std::string text = At(place, written);
  const ParseResult result = Parse(text);
  ASSERT_THAT(result, IsOk()) << AllMessages(text, result);
  EXPECT_EQ(NamedIn(*result.expression, tag), Times(place)) << text;
  const std::string printed = Format(*result.expression);
  const ParseResult again = Parse(printed);
  ASSERT_THAT(again, IsOk()) << AllMessages(printed, again);
  EXPECT_EQ(Format(*again.expression), printed) << text;
  EXPECT_EQ(NamedIn(*again.expression, tag), Times(place)) << printed;
  EXPECT_EQ(CanonicalText(*again.expression), CanonicalText(*result.expression)) << text;
  const bool reserved = written.front() == '`';
  EXPECT_EQ(printed.find('`') != std::string::npos, reserved) << printed;
}

std::string Lower(std::string word) {
  for (char& c : word) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return word;
}

TEST(WordsTest, EveryWordThatIsNotReservedIsATagInEveryPlace) {
  for (const std::string& word : FreeWords()) {
    for (const std::string& name : {word, Lower(word)}) {
      for (const std::string& place : Places()) ExpectNamed(place, name, name);
    }
  }
}

TEST(WordsTest, EveryPairOfThemStandsSideBySide) {
  for (const std::string& first : FreeWords()) {
    for (const std::string& second : FreeWords()) {
      for (const char* between : {" AND ", " OR ", " AND NOT ", " OR HAS "}) {
        const std::string text = first + between + Lower(second);
        const ParseResult result = Parse(text);
        ASSERT_THAT(result, IsOk()) << AllMessages(text, result);
        EXPECT_EQ(NamedIn(*result.expression, first), 1) << text;
        EXPECT_EQ(Format(*result.expression), text);
      }
    }
  }
}

TEST(WordsTest, ReservedWordsAreTagsInBackQuotesAlone) {
  for (const std::string& word : ReservedWords()) {
    for (const std::string& name : {word, Lower(word)}) {
      for (const std::string& place : Places()) {
        ExpectNamed(place, "`" + name + "`", name);
        const ParseResult bare = Parse(At(place, name));
        EXPECT_TRUE(!bare.ok() || NamedIn(*bare.expression, name) == 0) << At(place, name);
      }
    }
  }
}

// What stands before a comparison was meant as a tag, whatever word it is.
TEST(WordsTest, AReservedWordThatIsComparedIsToldAboutBackQuotes) {
  for (const std::string& word : ReservedWords()) {
    for (const char* place : {"{} = 1", "{} != 'x'", "a AND {} > 1", "HAS {}"}) {
      const std::string text = At(place, word);
      const ParseResult result = Parse(text);
      ASSERT_THAT(result, ::testing::Not(IsOk())) << text;
      EXPECT_NE(AllMessages(text, result).find("`" + word + "` in back quotes"), std::string::npos)
          << AllMessages(text, result);
    }
  }
}

TEST(WordsTest, ConstructsBeginWhereTheirPartsFollow) {
  const std::vector<std::pair<std::string, Operator>> constructs = {
      {"at least 1 of (a)", Operator::kAtLeast},
      {"segment 's'", Operator::kSegment},
      {"Segment ‘s’", Operator::kSegment},
      {"list \"s\"", Operator::kIdList},
      {"weight(a, 'b') > 1", Operator::kWeight},
      {"weight （a， 'b'）＞ 1", Operator::kWeight},
      {"birthday(a) = 05-17", Operator::kBirthdayOn},
      {"Birthday （a） within 7 day", Operator::kBirthdayWithin},
      {"a has all ('b')", Operator::kHasAll},
      {"has all", Operator::kHas},
      {"all HAS ALL ('x')", Operator::kHasAll},
      {"HAS all AS of TODAY", Operator::kAsOf}};
  for (const auto& [text, op] : constructs) {
    const ParseResult result = Parse(text);
    ASSERT_THAT(result, IsOk()) << AllMessages(text, result);
    EXPECT_EQ(result.expression->op, op) << text;
  }
  // Other letters than ASCII's don't fold.
  EXPECT_THAT(Parse("ſegment 's'"), ::testing::Not(IsOk()));
  EXPECT_THAT(Parse("lıst 's'"), ::testing::Not(IsOk()));
}

TEST(WordsTest, CommentsReachToTheEndOfTheirLine) {
  const std::vector<std::pair<std::string, std::string>> commented = {
      {"# all of them\nvip", "vip"},
      {"vip # AND news", "vip"},
      {"vip #\r\nAND news", "vip AND news"},
      {"vip # old Macintosh\rAND news", "vip AND news"},
      {"city = '#1' AND `a#b` = 1 # '", "city = '#1' AND `a#b` = 1"},
      {"city = ‘#’ # ’\nAND vip#", "city = '#' AND vip"},
      {"a IN (1, # one\n  2 # two\n)", "a IN (1, 2)"}};
  for (const auto& [text, meant] : commented) {
    const ParseResult result = Parse(text);
    ASSERT_THAT(result, IsOk()) << AllMessages(text, result);
    EXPECT_EQ(Format(*result.expression), meant);
  }
  const std::string text = "# the first line\nvip AND # the second\n  city == 'x'";
  const ParseResult result = Parse(text);
  ASSERT_EQ(result.problems.size(), 1u);
  const Place place = PlaceOf(text, result.problems[0].span.offset);
  EXPECT_EQ(place.line, 3);
  EXPECT_EQ(place.column, 8);
  EXPECT_THAT(Parse("# nothing else"), ::testing::Not(IsOk()));
}

TEST(WordsTest, AtLeastTakesAnyInteger) {
  const std::vector<std::pair<std::string, int64_t>> counts = {
      {"0", 0},
      {"-1", -1},
      {"007", 7},
      {"9223372036854775807", 9223372036854775807},
      {"9223372036854775808", 9223372036854775807},
      {"-99999999999999999999999", -9223372036854775807},
      {std::string(1000, '9'), 9223372036854775807}};
  for (const auto& [written, count] : counts) {
    const std::string text = "AT LEAST " + written + " OF (a, b)";
    const ParseResult result = Parse(text);
    ASSERT_THAT(result, IsOk()) << AllMessages(text, result);
    EXPECT_EQ(result.expression->count, count);
    const std::string printed = Format(*result.expression);
    ASSERT_THAT(Parse(printed), IsOk()) << printed;
    EXPECT_EQ(Format(*Parse(printed).expression), printed);
  }
  for (const char* bad :
       {"AT LEAST - 1 OF (a)", "AT LEAST 1.5 OF (a)", "AT LEAST a OF (a)", "AT LEAST OF (a)"})
    EXPECT_THAT(Parse(bad), ::testing::Not(IsOk())) << bad;
}

TEST(WordsTest, WhatWasMeantIsSaidFirst) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"SEGMENT('x')", "stands right after SEGMENT, without parentheses, as in SEGMENT 'name'"},
      {"vip AND segment ( 'x' )", "stands right after segment, without parentheses"},
      {"birthday b WITHIN 7 DAYS", "BIRTHDAY takes its tag in parentheses, as in BIRTHDAY (b)"},
      {"b WITHIN 7 DAYS", "as in BIRTHDAY (b) WITHIN 7 DAYS; the last 7 days are b >= TODAY - 7 DAYS"},
      {"b = 05-17", "as in BIRTHDAY (tag) = 05-17"},
      {"HAS SEGMENT 'x'", "leave it out and write SEGMENT 'x'"}};
  for (const auto& [text, words] : cases) {
    const ParseResult result = Parse(text);
    ASSERT_FALSE(result.problems.empty()) << text;
    EXPECT_THAT(result.problems[0].message, ::testing::HasSubstr(words)) << text;
  }
}

}  // namespace
}  // namespace muster::query
