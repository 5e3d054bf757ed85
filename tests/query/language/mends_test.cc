// Spellings of other languages. Each gives one problem, whose sentence says what to write. Where the sentence
// gives a comparison, that comparison is accepted and means the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "query/language/formatter.h"
#include "query/language/parser.h"
#include "tests/golden/rendered_problem.h"
#include "tests/matchers/status.h"

namespace muster::query {
namespace {

using testing::HasSubstr;

std::string All(const std::string& text, const ParseResult& result) {
  std::string all = text;
  for (const Problem& problem : result.problems) all += "\n" + RenderProblem(text, problem);
  return all;
}

void ExpectOneProblem(const std::string& text, const std::string& words) {
  const ParseResult result = Parse(text);
  EXPECT_EQ(result.problems.size(), 1u) << All(text, result);
  ASSERT_FALSE(result.problems.empty()) << text;
  EXPECT_THAT(result.problems[0].message, HasSubstr(words)) << text;
}

// The comparison that the sentence tells to write; empty if it names none.
std::string MendIn(const std::string& message) {
  const size_t begin = message.find("; write ");
  if (begin == std::string::npos) return "";
  std::string mend = message.substr(begin + 8);
  const size_t end = std::min(mend.find(", if all are NUMBER tags."), mend.find(" in place of `"));
  mend.resize(end != std::string::npos ? end : mend.size() - 1);
  return mend;
}

TEST(MendsTest, NumbersInOtherForms) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"amount > ¥100", "without a currency sign: 100 for `¥100`"},
      {"amount > $5.50 AND vip", "without a currency sign: 5.50 for `$5.50`"},
      {"amount > €5", "without a currency sign: 5 for `€5`"},
      {"amount IN (￥5, 6)", "without a currency sign: 5 for `￥5`"},
      {"amount BETWEEN £1 AND 2", "without a currency sign: 1 for `£1`"},
      {"amount > 5 €", "leave out `€`"},
      {"amount > 5€", "leave out `€`"},
      {"amount > 100元", "write 100 without a unit"},
      {"amount > 10万", "100000 for `10万`"},
      {"amount > 10k AND vip", "10000 for `10k`"},
      {"amount > 10%", "without a percent sign"},
      {"amount > 10 ％ AND vip", "without a percent sign"}};
  for (const auto& [text, words] : cases) ExpectOneProblem(text, words);
}

TEST(MendsTest, DatesAndTimesInOtherForms) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"born = 17/05/1990", "YYYY-MM-DD: 1990-05-17 for `17/05/1990`"},
      {"born > 5/17/1990 AND vip", "1990-05-17 for `5/17/1990`"},
      {"born > 5/6/1990", "1990-06-05 or 1990-05-06 for `5/6/1990`"},
      {"born > 6/6/1990", "1990-06-06 for `6/6/1990`"},
      {"born = 1990/05/17", "1990-05-17 for `1990/05/17`"},
      {"born = 17.05.1990", "1990-05-17 for `17.05.1990`"},
      {"born = 1990.5.17", "1990-05-17 for `1990.5.17`"},
      {"born = 1990年5月17日", "1990-05-17 for `1990年5月17日`"},
      {"born = 17/05/90", "as in 1990-05-17, not `17/05/90`"},
      {"born = 31/02/1990", "as in 1990-05-17, not `31/02/1990`"},
      {"seen > 2026-10-01 10:00", "in quotes: '2026-10-01T10:00' for `2026-10-01 10:00`"},
      {"seen > 2026-10-01 10:00:00 AND vip", "in quotes: '2026-10-01T10:00:00' for"},
      {"seen > 2026-10-01T10:00:00Z", "in quotes: '2026-10-01T10:00:00Z' for"},
      {"seen > 2026-10-01T10:00:00.5+08:00", "in quotes: '2026-10-01T10:00:00.5+08:00' for"},
      {"seen > 2026-10-01T25:00", "is neither that nor a date"},
      {"seen > 2026-10-01abc", "is neither that nor a date"},
      {"seen > 10:00", "stands behind its date, both in quotes"},
      {"born < NOW()", "NOW is written TODAY here"},
      {"born < now AND vip", "now is written TODAY here"},
      {"born < CURRENT_DATE", "CURRENT_DATE is written TODAY here"},
      {"born = yesterday", "TODAY - 1 DAY"},
      {"born BETWEEN now() AND 2020-01-01", "now is written TODAY here"},
      {"born < TODAY()", "TODAY is written without parentheses"},
      {"born < TODAY() - 5 DAYS AND vip", "TODAY is written without parentheses"},
      {"born < DATE('2020-01-01') AND vip", "a date is written bare, as in 2026-01-31"},
      {"born > INTERVAL 7 DAYS", "TODAY - 7 DAYS"},
      {"born > DATEADD(day, -7, TODAY)", "TODAY - 7 DAYS"},
      {"born > 30 DAYS", "as in born > TODAY - 30 DAYS"},
      {"TODAY - 30 > joined", "A unit is expected after TODAY - 30"}};
  for (const auto& [text, words] : cases) ExpectOneProblem(text, words);
}

TEST(MendsTest, NamesValuesAndFunctionsOfOtherLanguages) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"opt in", "a tag with the name `opt in` is written in back quotes"},
      {"opt in = true AND vip", "`opt in` is written in back quotes"},
      {"vip AND (opt in OR news)", "`opt in` is written in back quotes"},
      {"HAS opt in", "in back quotes, as in `opt in`"},
      {"sign up date", "in back quotes, as in `sign up date`"},
      {"city = ('a', 'b')", "several are looked up by IN, as in tag IN ('a', 'b')"},
      {"vip OR 'b'", "A condition begins with a tag"},
      {"vip = yes", "a FLAG is compared with true or false"},
      {"EXISTS city", "are HAS city"},
      {"HAS(city) AND vip", "as in HAS city"},
      {"SUM(amount) > 5", "tags are added by +"},
      {"vip AND COUNT(interests) > 1 AND news", "AT LEAST 2 OF (interests = 'a'"},
      {"AGE(born) > 18", "born <= TODAY - 18 YEARS"},
      {"year(born) = 1990 OR vip", "born BETWEEN 1990-01-01 AND 1990-12-31"},
      {"DATEDIFF(TODAY, born) > 3", "two dates subtract to days"},
      {"LOWER (city) = 'x'", "city ILIKE 'text'"},
      {"ROUND(ABS(amount)) > 3", "is no function here"},
      {"IFNULL(city, '') = ''", "NOT HAS city"},
      {"foo(city) = 3 AND vip", "there is no function foo"},
      {"SEGMENT('x') AND vip", "stands right after SEGMENT, without parentheses"},
      {"(a - b) > 5 AND vip", "no parentheses; write a - b with its comparison"}};
  for (const auto& [text, words] : cases) ExpectOneProblem(text, words);
  // A group behind a tag lacks an AND: the rest is read on.
  const ParseResult group = Parse("vip (news OR 5)");
  EXPECT_EQ(group.problems.size(), 2u) << All("vip (news OR 5)", group);
}

TEST(MendsTest, SumsOnBothSides) {
  const std::vector<std::pair<std::string, std::string>> mends = {
      {"joined + 30 > last", "joined - last > -30"},
      {"last < joined + 30", "last - joined < 30"},
      {"last < joined + 30 DAYS", "last - joined < 30"},
      {"last < joined + 2 WEEKS", "last - joined < 14"},
      {"joined + 30 DAYS < TODAY", "joined - TODAY < -30"},
      {"joined + 30 < TODAY - 5 DAYS", "joined - TODAY < -35"},
      {"joined + 30 > 2026-01-01", "joined - 2026-01-01 > -30"},
      {"TODAY > joined + 30", "joined - TODAY < -30"},
      {"TODAY - 1 WEEK > joined + 30", "joined - TODAY < -37"},
      {"2026-01-01 < joined + 30", "joined - 2026-01-01 > -30"},
      {"joined > last - 30", "joined - last > -30"},
      {"joined + 30 > last - 5", "joined - last > -35"},
      {"b > 2 * a DAYS", ""},
      {"last < joined + 1 MONTH", ""},
      {"TODAY - joined > last", ""},
      {"joined + 1 YEAR < TODAY", ""},
      {"a + 3 > b", "a - b > -3"},
      {"5 - a > b", "-1 * a - b > -5"},
      {"a > 100 - 20", "a > 80"},
      {"0 < a - b < 5", "(a - b > 0 AND a - b < 5)"},
      {"a BETWEEN b - 5 AND b + 5", "(a - b >= -5 AND a - b <= 5)"},
      {"a NOT BETWEEN b AND 2 * c", "(a - b < 0 OR a - 2 * c > 0)"},
      {"a - b BETWEEN c AND 5", "(a - b - c >= 0 AND a - b <= 5)"},
      {"joined BETWEEN last AND TODAY", "(joined - last >= 0 AND joined - TODAY <= 0)"},
      {"joined + 30 BETWEEN last AND TODAY", "(joined - last >= -30 AND joined - TODAY <= -30)"},
      {"1 < a < 5", "(a > 1 AND a < 5)"}};
  for (const auto& [text, mend] : mends) {
    const ParseResult result = Parse(text + " OR vip");
    ASSERT_EQ(result.problems.size(), 1u) << All(text, result);
    EXPECT_EQ(MendIn(result.problems[0].message), mend) << result.problems[0].message;
    if (mend.empty()) continue;
    EXPECT_THAT(Parse(mend), IsOk()) << mend;
    // It stays one operand: of a NOT before it, and of an AS OF behind it.
    const ParseResult negated = Parse("NOT " + mend + " AS OF 2026-01-01");
    ASSERT_THAT(negated, IsOk()) << mend;
    ASSERT_EQ(negated.expression->op, Operator::kNot) << mend;
    EXPECT_EQ(negated.expression->operands[0]->op, Operator::kAsOf) << mend;
  }
}

// `text` with the mend that its problem names in the place that it names. Empty if it names none.
std::string Mended(std::string text) {
  const ParseResult wrong = Parse(text);
  EXPECT_EQ(wrong.problems.size(), 1u) << All(text, wrong);
  if (wrong.problems.empty()) return "";
  const std::string& message = wrong.problems[0].message;
  const std::string mend = MendIn(message), opening = " in place of `";
  if (mend.empty()) return "";
  const size_t begin = message.find(opening) + opening.size();
  const std::string replaced = message.substr(begin, message.size() - begin - 2);
  const size_t place = text.rfind(replaced);
  EXPECT_NE(place, std::string::npos) << message;
  return place == std::string::npos ? "" : text.replace(place, replaced.size(), mend);
}

TEST(MendsTest, AValueBehindAComparison) {
  const std::vector<std::pair<std::string, std::string>> mends = {
      {"city = 'a' OR 'b'", "city IN ('a', 'b')"},
      {"vip AND city = 'a' OR 'b' OR 'c'", "vip AND city IN ('a', 'b', 'c')"},
      {"n = 1 OR 2 AND vip", "n IN (1, 2) AND vip"},
      {"born = 2020-01-01 OR TODAY - 1 YEAR OR vip", "born IN (2020-01-01, TODAY - 1 YEAR) OR vip"},
      {"NOT (n = 1 OR 2)", "NOT (n IN (1, 2))"},
      {"n != 1 OR 2", "n NOT IN (1, 2)"},
      {"vip AND (city != 'a' OR 'b' OR 'c')", "vip AND (city NOT IN ('a', 'b', 'c'))"},
      {"city != 'a' AND 'b'", "city != 'a' AND city != 'b'"},
      {"n != 1 AND 2", "n != 1 AND n != 2"},
      {"city != 'a' AND NOT 'b'", "city != 'a' AND NOT city = 'b'"},
      {"interests = 'a' AND 'b'", "interests = 'a' AND interests = 'b'"},
      {"interests = 'a' AND NOT 'b'", "interests = 'a' AND NOT interests = 'b'"},
      // None is likely: it would select nobody or nearly everybody, or add nothing.
      {"n = 1 AND 2", ""},
      {"n = 1 OR NOT 2", ""},
      {"n != 1 OR NOT 2", ""},
      {"vip AND city != 'a' OR NOT 'b'", ""},
      {"city != 'a' AND NOT NOT 'b'", ""},
      {"NOT city = 'a' OR 'b'", ""},
      {"NOT n != 1 OR 2", ""},
      {"NOT city = 'a' AND 'b'", ""},
      {"(vip AND n = 1) OR 2", ""},
      {"(vip OR n != 1) AND 2", ""},
      {"n = 1 AS OF 2026-01-01 OR 2", ""},
      {"n > 30 OR 40", ""},
      {"n > 30 AND 40", ""},
      {"n <= 30 OR 40", ""},
      {"n >= 30 AND NOT 40", ""},
      {"city = 'a' OR '" + std::string(400, 'x') + "'", ""}};
  for (const auto& [text, mended] : mends) {
    EXPECT_EQ(Mended(text), mended);
    if (!mended.empty()) {
      EXPECT_THAT(Parse(mended), IsOk());
    }
    if (mended.empty()) ExpectOneProblem(text, "names its tag and its comparison; put both before `");
  }
  EXPECT_EQ(Mended("n BETWEEN 1 AND 3 OR 7"), "");
}

// Whether an expression about one tag selects a member with that value.
bool SelectsValue(const Expression& node, const std::string& value) {
  const auto selects = [&value](const ExpressionPtr& operand) { return SelectsValue(*operand, value); };
  const auto equals = [&value](const Literal& literal) { return literal.text == value; };
  switch (node.op) {
    case Operator::kAnd:
      return std::all_of(node.operands.begin(), node.operands.end(), selects);
    case Operator::kOr:
      return std::any_of(node.operands.begin(), node.operands.end(), selects);
    case Operator::kNot:
      return !selects(node.operands[0]);
    case Operator::kIn:
      return std::any_of(node.literals.begin(), node.literals.end(), equals) != node.negated;
    case Operator::kCompare:
      if (node.comparison == Comparison::kEqual) return equals(node.literals[0]);
      if (node.comparison == Comparison::kNotEqual) return !equals(node.literals[0]);
      [[fallthrough]];
    default:
      ADD_FAILURE() << "no mend has this operator";
      return false;
  }
}

// All joins of two comparisons' worth: no mend selects every value.
TEST(MendsTest, NoValueBehindAComparisonSelectsEverybody) {
  int mended = 0;
  for (const std::string before : {"", "NOT "}) {
    for (const std::string comparison : {"=", "!=", "<", "<=", ">", ">="}) {
      for (const std::string join : {" AND ", " OR ", " AND NOT ", " OR NOT "}) {
        for (const std::string value : {"'b'", "2"}) {
          const std::string first = value == "2" ? "1" : "'a'";
          const std::string text = before + "t " + comparison + " " + first + join + value;
          const std::string mend = Mended(text);
          if (mend.empty()) continue;
          ++mended;
          const ParseResult meant = Parse(mend);
          ASSERT_THAT(meant, IsOk()) << mend;
          const std::string bare = value == "2" ? "2" : "b", other = "9";
          const bool all = SelectsValue(*meant.expression, bare) &&
                           SelectsValue(*meant.expression, value == "2" ? "1" : "a") &&
                           SelectsValue(*meant.expression, other);
          EXPECT_FALSE(all) << text << " is not " << mend;
        }
      }
    }
  }
  EXPECT_GE(mended, 8);
}

TEST(MendsTest, UnitsOfDifferences) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"last - joined > 30 DAYS", "write 30 without a unit"},
      {"last - joined > 2 WEEKS", "write 14 without a unit"},
      {"TODAY - born > 18 YEARS AND vip", "write born < TODAY - 18 YEARS."},
      {"TODAY - born <= 1 MONTH", "write born >= TODAY - 1 MONTH."},
      {"last - joined > 2 MONTHS", "write days without a unit"},
      {"TODAY - born BETWEEN 1 AND 2 YEARS", "write days without a unit"},
      {"b > 2 * a DAYS", "Days are counted from one date to another"},
      {"last < joined + 1 MONTH", "months and years have no fixed number"},
      {"joined + 30 DAYS BETWEEN 1 AND 2", "Days are counted from one date to another"},
      {"joined + 30 DAYS < 5", "Days are counted from one date to another"},
      {"a - b BETWEEN 'x' AND 5", "A sum is compared with a number"}};
  for (const auto& [text, words] : cases) ExpectOneProblem(text, words);
}

// The value of a number, or of a term without its sign.
int ValueOf(const Term& term, const std::map<std::string, int>& tags) {
  int value = 0;
  if (term.literal.kind == LiteralKind::kToday) return tags.at("TODAY");
  EXPECT_TRUE(absl::SimpleAtoi(term.literal.text, &value)) << term.literal.text;
  return term.tag.empty() ? value : value * tags.at(term.tag);
}

bool Holds(int left, Comparison comparison, int right) {
  switch (comparison) {
    case Comparison::kEqual:
      return left == right;
    case Comparison::kNotEqual:
      return left != right;
    case Comparison::kLess:
      return left < right;
    case Comparison::kLessOrEqual:
      return left <= right;
    case Comparison::kGreater:
      return left > right;
    case Comparison::kGreaterOrEqual:
      return left >= right;
  }
  return false;
}

bool Selects(const Expression& clause, const std::map<std::string, int>& tags) {
  int left = clause.op == Operator::kCompare ? tags.at(clause.tag) : 0, right = 0;
  for (const Term& term : clause.terms) left += ValueOf(term, tags) * (term.subtracted ? -1 : 1);
  EXPECT_TRUE(absl::SimpleAtoi(clause.literals.at(0).text, &right));
  return Holds(left, clause.comparison, right);
}

// A side of random terms, as text and as a sum of factors; the number is under "".
struct RandomSide {
  std::string text;
  std::map<std::string, int> factors;
};

RandomSide MakeSide(std::mt19937& random) {
  RandomSide side;
  const uint32_t terms = 1 + random() % 3;
  for (uint32_t i = 0; i < terms; ++i) {
    const int sign = i > 0 && random() % 2 == 0 ? -1 : 1;
    if (i > 0) side.text += sign < 0 ? " - " : " + ";
    const int number = static_cast<int>(random() % 9);
    const std::string tag = std::vector<std::string>{"a", "b", "c"}[random() % 3];
    switch (random() % 4) {
      case 0:
        absl::StrAppend(&side.text, number);
        side.factors[""] += sign * number;
        break;
      case 1:
        absl::StrAppend(&side.text, number, " * ", tag);
        side.factors[tag] += sign * number;
        break;
      default:
        side.text += tag;
        side.factors[tag] += sign;
    }
  }
  return side;
}

TEST(MendsTest, RandomSumsOnBothSidesMeanTheSame) {
  const std::vector<std::pair<std::string, Comparison>> comparisons = {{"<", Comparison::kLess},
                                                                       {"<=", Comparison::kLessOrEqual},
                                                                       {">", Comparison::kGreater},
                                                                       {">=", Comparison::kGreaterOrEqual}};
  int mended = 0;
  for (uint32_t seed = 0; seed < 3'000; ++seed) {
    std::mt19937 random(seed);
    const RandomSide left = MakeSide(random), right = MakeSide(random);
    const auto& [symbol, comparison] = comparisons[random() % comparisons.size()];
    const std::string text = absl::StrCat(left.text, " ", symbol, " ", right.text);
    const ParseResult wrong = Parse(text);
    if (wrong.ok()) continue;
    ASSERT_EQ(wrong.problems.size(), 1u) << All(text, wrong);
    const std::string mend = MendIn(wrong.problems[0].message);
    if (mend.empty()) continue;
    const ParseResult meant = Parse(mend);
    ASSERT_THAT(meant, IsOk()) << text << ": " << wrong.problems[0].message;
    ++mended;
    for (int i = 0; i < 20; ++i) {
      const auto value = [&random] { return static_cast<int>(random() % 21) - 10; };
      const std::map<std::string, int> tags = {{"a", value()}, {"b", value()}, {"c", value()}, {"", 1}};
      const auto sum = [&tags](const RandomSide& side) {
        int total = 0;
        for (const auto& [tag, factor] : side.factors) total += factor * tags.at(tag);
        return total;
      };
      EXPECT_EQ(Selects(*meant.expression, tags), Holds(sum(left), comparison, sum(right)))
          << text << " is not " << mend;
    }
  }
  EXPECT_GT(mended, 1'000);
}

}  // namespace
}  // namespace muster::query
