#include "query/binding/binder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "index/bitmap/number_slices.h"
#include "query/language/parser.h"
#include "tests/golden/golden_file.h"
#include "tests/golden/rendered_problem.h"
#include "tests/matchers/status.h"
#include "tests/query/binding/fake_catalog.h"
#include "text/civil_text.h"

namespace muster::query {
namespace {

using testing::ElementsAre;

std::string RowText(const FakeCatalog& catalog, index::TagId tag, index::RowId row) {
  EXPECT_EQ(index::SlotOf(row), index::kMembershipSlot);
  const index::ValueId value = index::ValueOf(row);
  if (value == index::kOwnValue) return "known";
  return catalog.tag(tag).kind == index::TagKind::kFlag ? "true" : catalog.value(tag, value);
}

std::string NumberText(const FakeCatalog& catalog, const NumberRef& of, int64_t number) {
  if (number == index::kMinNumber) return "min";
  if (number == index::kMaxNumber) return "max";
  const index::Tag& tag = catalog.tag(of.source.source);
  const bool own = of.value == index::kOwnValue;
  const index::TagKind kind = own ? tag.kind : index::TagKind::kNumber;
  const index::NumberForm form{.scale = own ? tag.scale : tag.weight_scale, .zone = catalog.time_zone()};
  return index::StoredValueText(kind, number, form);
}

std::string ViewText(ViewIndex view) { return view == kFirstView ? "" : absl::StrCat("@", view); }

std::string RowsText(const FakeCatalog& catalog, SourceRef source, const std::vector<index::RowId>& rows) {
  std::string text = absl::StrCat("[", catalog.tag(source.source).name, ":");
  for (const index::RowId row : rows) absl::StrAppend(&text, " ", RowText(catalog, source.source, row));
  return text + "]" + ViewText(source.view);
}

std::string RangeText(const FakeCatalog& catalog, const NumberRange& range, const PlanNode& node) {
  const auto& [source, value] = range.number;
  if (source.source == index::kEveryoneTag) {
    EXPECT_EQ(range.low, index::kMinNumber);
    EXPECT_EQ(source.view, kFirstView);
    EXPECT_EQ(node.joined_by, range.high);
    return absl::StrCat("{", DateNumberText(range.high), "}");
  }
  std::string name = catalog.tag(source.source).name;
  if (value != index::kOwnValue) absl::StrAppend(&name, " weight of ", catalog.value(source.source, value));
  EXPECT_LE(range.low, range.high);
  return absl::StrCat("[", name, ": ", NumberText(catalog, range.number, range.low), "..",
                      NumberText(catalog, range.number, range.high), "]", ViewText(source.view));
}

// The days as stretches of a leap year, MM-DD; and the zone of times.
std::string BirthdayText(const FakeCatalog& catalog, const Birthday& birthday, const PlanNode& node) {
  EXPECT_FALSE(node.label.empty());
  EXPECT_EQ(birthday.number.value, index::kOwnValue);
  const absl::CivilDay new_year(2000, 1, 1);
  const auto holds = [&](absl::CivilDay day) {
    return day.year() == 2000 && birthday.days.Holds(YearDays::PlaceOf(day));
  };
  std::string text = absl::StrCat("[", catalog.tag(birthday.number.source.source).name, " on");
  for (absl::CivilDay day = new_year; day.year() == 2000; ++day) {
    if (!holds(day)) continue;
    const bool begins = !holds(day - 1), ends = !holds(day + 1);
    if (begins) absl::StrAppend(&text, " ", DateText(day).substr(5));
    if (ends && !begins) absl::StrAppend(&text, "..", DateText(day).substr(5));
  }
  if (birthday.zone.has_value()) absl::StrAppend(&text, " in ", birthday.zone->name());
  return text + "]" + ViewText(birthday.number.source.view);
}

// [factor·tag ± …: low..high], in units of the finest scale.
std::string SumRangeText(const FakeCatalog& catalog, const SumRange& sum) {
  std::string text("[");
  const auto bound = [](absl::int128 number) {
    std::ostringstream out;
    out << number;
    return number == -kMaxSum ? std::string("min") : number == kMaxSum ? std::string("max") : out.str();
  };
  for (const SumTerm& term : sum.terms) {
    absl::StrAppend(&text, text == "[" ? "" : " + ", bound(term.factor), "·",
                    catalog.tag(term.number.source.source).name);
    EXPECT_EQ(term.number.source.view, sum.terms[0].number.source.view);
  }
  EXPECT_GT(sum.terms.size(), 1u) << "one term is a range";
  EXPECT_GT(sum.terms[0].factor, 0);
  return absl::StrCat(text, ": ", bound(sum.low), "..", bound(sum.high), "]",
                      ViewText(sum.terms[0].number.source.view));
}

// The tree as text: rows as [tag: row], ranges as [tag: low..high], each followed by @VIEW unless that is the
// first; {date} is the set of members who had joined by then.
std::string TreeText(const FakeCatalog& catalog, const PlanOperand& tree) {
  const PlanNode& node = *tree.node;
  const auto operands = [&](const std::string& name) {
    std::string text = absl::StrCat(name, "(");
    for (const PlanOperand& operand : node.operands) {
      absl::StrAppend(&text, &operand == &node.operands.front() ? "" : ", ", TreeText(catalog, operand));
    }
    return text + ")";
  };
  const std::string text = std::visit(
      Overloaded{
          [](const Nobody&) { return std::string("nobody"); },
          [](const Everyone&) { return std::string("everyone"); },
          [&](const Row& leaf) {
            EXPECT_FALSE(node.label.empty());
            if (leaf.row.source == index::kEveryoneTag) return std::string("[everyone]");
            if (leaf.row.source == FakeCatalog::kSpring) {
              EXPECT_EQ(leaf.row.in_view().row, index::kKnownRow);
              return "[list spring]" + ViewText(leaf.row.view);
            }
            return RowsText(catalog, {leaf.row.view, leaf.row.source}, {leaf.row.row});
          },
          [&](const AnyRow& leaf) {
            EXPECT_GT(leaf.rows.size(), 1u);
            EXPECT_TRUE(std::is_sorted(leaf.rows.begin(), leaf.rows.end()));
            EXPECT_FALSE(node.label.empty());
            return RowsText(catalog, leaf.source, leaf.rows);
          },
          [&](const NumberRange& leaf) {
            EXPECT_FALSE(node.label.empty());
            return RangeText(catalog, leaf, node);
          },
          [](const NumberList&) { return std::string("a list, which no clause is bound to"); },
          [&](const Birthday& leaf) { return BirthdayText(catalog, leaf, node); },
          [&](const SumRange& leaf) {
            EXPECT_FALSE(node.label.empty());
            return SumRangeText(catalog, leaf);
          },
          [&](const Bucket& leaf) {
            EXPECT_FALSE(node.label.empty());
            return absl::StrCat("[", leaf.salt, " ", leaf.low, "..", leaf.high, "]");
          },
          [&](const AllOf&) { return operands("and"); },
          [&](const AnyOf&) { return operands("or"); },
          [&](const AtLeast& threshold) { return operands(absl::StrCat("at_least_", threshold.count)); },
      },
      node.kind);
  return tree.negated ? absl::StrCat("not(", text, ")") : text;
}

BindResult BindText(const FakeCatalog& catalog, const std::string& text) {
  const ParseResult parsed = Parse(text);
  EXPECT_THAT(parsed, IsOk()) << text;
  if (!parsed.ok()) return {};
  absl::StatusOr<BindResult> bound = Bind(*parsed.expression, catalog);
  EXPECT_THAT(bound, IsOk());
  return *std::move(bound);
}

TEST(BinderTest, CaseTable) {
  golden::CheckCases("bindings.txt", [](const std::string& text) {
    const FakeCatalog catalog;
    const BindResult result = BindText(catalog, text);
    EXPECT_EQ(result.ok(), result.problems.empty()) << text;
    std::string answer;
    if (result.ok()) answer = TreeText(catalog, result.tree) + "\n";
    for (const Problem& problem : result.problems) answer += RenderProblem(text, problem) + "\n";
    for (const Problem& warning : result.warnings)
      answer += "warning: " + RenderProblem(text, warning) + "\n";
    return answer;
  });
}

TEST(BinderTest, NamesEveryTagOnce) {
  const FakeCatalog catalog;
  EXPECT_THAT(BindText(catalog, "age > 3 OR vip AND NOT city = '上海' OR age < 1").tags,
              ElementsAre(NamedTag{0, 1}, NamedTag{0, 2}, NamedTag{0, 4}));
  EXPECT_THAT(BindText(catalog, "city = 'nowhere'").tags, ElementsAre(NamedTag{0, 2}));
  EXPECT_THAT(BindText(catalog, "vip AND NOT (vip AS OF TODAY) AND ((vip OR age > 3) AS OF 2026-03-31)").tags,
              ElementsAre(NamedTag{0, 1}, NamedTag{1, 1}, NamedTag{1, 4}))
      << "once in each view";
  EXPECT_TRUE(BindText(catalog, "EVERYONE").tags.empty());
}

TEST(BinderTest, ReasonsTellProgramsApart) {
  const FakeCatalog catalog;
  const auto reason = [&catalog](const std::string& text) {
    return BindText(catalog, text).problems.at(0).reason;
  };
  EXPECT_EQ(reason("citty = 'x'"), index::Reason::kUnknownTag);
  EXPECT_EQ(reason("age = 'x'"), index::Reason::kWrongType);
  EXPECT_EQ(reason("SEGMENT 's'"), index::Reason::kUnimplemented);
  EXPECT_EQ(reason("city = '" + std::string(401, 'x') + "'"), index::Reason::kLimit);
  EXPECT_THAT(BindText(catalog, "city = '" + std::string(400, 'x') + "'"), IsOk());
}

TEST(BinderTest, ProblemsAndWarningsAreBounded) {
  const FakeCatalog catalog;
  std::string tags = "x";
  std::string values = "city IN ('v'";
  for (int i = 0; i < 100; ++i) {
    absl::StrAppend(&tags, " AND x", i);
    absl::StrAppend(&values, ", 'v", i, "'");
  }
  EXPECT_EQ(BindText(catalog, tags).problems.size(), kMaxProblems);
  EXPECT_EQ(catalog.suggestions, 1) << "names are read once";
  catalog.suggestions = 0;
  EXPECT_EQ(BindText(catalog, values + ")").warnings.size(), kMaxProblems);
  EXPECT_EQ(catalog.suggestions, static_cast<int>(kMaxProblems)) << "of 101 values, those that are listed";
}

TEST(BinderTest, ValuesOfAClauseAreLookedUpTogether) {
  const FakeCatalog catalog;
  EXPECT_EQ(TreeText(catalog, BindText(catalog, "city IN ('北京', 'x', '上海', 'Shanghai')").tree),
            TreeText(catalog, BindText(catalog, "city IN ('上海', '北京', 'Shanghai')").tree));
  EXPECT_EQ(catalog.lookups, 2) << "one a clause";
}

TEST(BinderTest, AfterTheLastProblemThatIsListedNothingIsLookedUp) {
  const FakeCatalog catalog;
  std::string text = "x";
  for (size_t i = 1; i < kMaxProblems; ++i) absl::StrAppend(&text, " OR x", i);
  const BindResult some = BindText(catalog, text);
  EXPECT_EQ(some.problems.size(), kMaxProblems);
  EXPECT_EQ(BindText(catalog, text + " OR city = '上海' OR SEGMENT 's'").problems.size(), kMaxProblems);
  EXPECT_EQ(catalog.lookups, 0);
}

// Slices are asked for only where the numbers' type leaves open whether a sum has room.
// What the parser tells to write for a comparison of dates with tags on both sides.
TEST(BinderTest, TheMendsOfDatesBind) {
  const FakeCatalog catalog;
  for (const char* wrong :
       {"birth + 30 > joined", "joined < birth + 2 WEEKS", "birth + 30 DAYS < TODAY", "TODAY > birth + 30",
        "birth + 30 > 2026-01-01", "joined > birth", "joined BETWEEN birth AND TODAY",
        "birth + 1 NOT BETWEEN joined - 5 AND joined"}) {
    const ParseResult refused = Parse(wrong);
    ASSERT_EQ(refused.problems.size(), 1u) << wrong;
    const std::string& message = refused.problems[0].message;
    const size_t mend = message.find("; write ");
    ASSERT_NE(mend, std::string::npos) << message;
    const std::string meant = message.substr(mend + 8, message.size() - mend - 9);
    EXPECT_TRUE(BindText(catalog, meant).problems.empty()) << wrong << ": " << meant;
  }
}

TEST(BinderTest, ValuesInFormsOfOtherProgramsAreExplained) {
  const FakeCatalog catalog;
  const auto said = [&catalog](const std::string& text) {
    const BindResult result = BindText(catalog, text);
    EXPECT_EQ(result.problems.size() + result.warnings.size(), 1u) << text;
    return (result.problems.empty() ? result.warnings : result.problems).at(0).message;
  };
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"birth = '17/05/1990'", "; write 1990-05-17."},
      {"birth = '5/6/1990'", "; write 1990-06-05 or 1990-05-06."},
      {"birth = 19900517", "; write 1990-05-17."},
      {"birth < 1990", "; write 1990-01-01."},
      {"last_seen > '1990-5-17'", "; write 1990-05-17."},
      {"city LIKE '*qz'", "as in '%qz'."},
      {"city LIKE 'q?z.*'", "as in 'q_z%'."},
      {"city = 'qx*'", "a pattern is matched by LIKE, as in city LIKE 'qx%'."},
      {"interests = 'sports:0.8'", "as in WEIGHT (interests, 'sports') >= 0.8."},
      {"city = \"qqqq\\nzzzz\"", "a backslash stays as it is written"}};
  for (const auto& [text, words] : cases) EXPECT_THAT(said(text), testing::HasSubstr(words)) << text;
}

TEST(BinderTest, SumsHaveRoomOrAreRefused) {
  FakeCatalog catalog;
  const std::string fits = "1000000000000000000 * age - list > 5";
  const std::string may_fit = "100000000000000000000 * age - list > 5";
  EXPECT_THAT(BindText(catalog, fits), IsOk());
  EXPECT_EQ(catalog.lookups, 0);
  EXPECT_THAT(BindText(catalog, may_fit), IsOk());
  EXPECT_EQ(catalog.lookups, 2) << "one a tag";
  catalog.magnitude_bits = 63;
  const BindResult refused = BindText(catalog, may_fit);
  ASSERT_EQ(refused.problems.size(), 1u);
  EXPECT_EQ(refused.problems[0].reason, index::Reason::kLimit);
  EXPECT_EQ(refused.problems[0].span.offset, 0);
  EXPECT_EQ(static_cast<size_t>(refused.problems[0].span.length), may_fit.size());
}

TEST(BinderTest, AStoreThatCannotBeReadIsAStatus) {
  FakeCatalog catalog;
  catalog.store_status = absl::DataLossError("broken");
  for (const char* text : {"100000000000000000000 * age - list > 5", "city = 'x'", "vip OR NOT city IN ('x')",
                           "city LIKE 'x%'", "WEIGHT(interests, 'x') > 1"}) {
    EXPECT_THAT(Bind(*Parse(text).expression, catalog), StatusIs(absl::StatusCode::kDataLoss)) << text;
  }
}

// The request's date adds an intersection with its everyone, unless the set is within it anyway.
TEST(BinderTest, ARequestAsOfADateIsCutToItsEveryone) {
  FakeCatalog catalog;
  catalog.MoveTo(absl::CivilDay(2026, 2, 1));
  const auto bound = [&](const char* text) { return TreeText(catalog, BindText(catalog, text).tree); };
  EXPECT_EQ(bound("vip"), "[vip: true]");
  EXPECT_EQ(bound("EVERYONE"), "{2026-02-01}");
  EXPECT_EQ(bound("NOBODY"), "nobody");
  EXPECT_EQ(bound("NOT vip"), "and({2026-02-01}, not([vip: true]))");
  EXPECT_EQ(bound("birth = TODAY"), "[birth: 2026-02-01..2026-02-01]");
  EXPECT_EQ(bound("vip AS OF 2026-01-31"), "[vip: true]@1");
  EXPECT_EQ(bound("vip AS OF TODAY + 1 DAY"), "and({2026-02-01}, [vip: true]@2)")
      << "some of them may have joined since";
  EXPECT_EQ(bound("vip AND (vip AS OF TODAY + 1 DAY)"), "and([vip: true], [vip: true]@2)");
}

TEST(BinderTest, ThereAreOnlySoManyDates) {
  FakeCatalog catalog;
  catalog.most_dates = 2;
  EXPECT_TRUE(
      BindText(catalog, "(vip AS OF 2026-02-01) OR (vip AS OF TODAY) OR (vip AS OF 2026-02-01)").ok());
  const BindResult third =
      BindText(catalog, "(vip AS OF 2026-02-01) OR (vip AS OF TODAY) OR (citty = 'x' AS OF 2026-02-02)");
  ASSERT_EQ(third.problems.size(), 2u) << "what stands within is looked at all the same";
  EXPECT_EQ(third.problems[1].reason, index::Reason::kLimit);
  EXPECT_EQ(third.problems[1].about.limit, LanguageLimits().max_dates);
}

TEST(BinderTest, ATagBeforeItsFirstVersionIsAProblemWhereItIsNamed) {
  const FakeCatalog catalog;
  const BindResult early = BindText(catalog, "vip OR (NOT vip AS OF 2026-01-09)");
  ASSERT_EQ(early.problems.size(), 1u);
  EXPECT_EQ(early.problems[0].reason, index::Reason::kBeforeFirstVersion);
  EXPECT_EQ(early.problems[0].span.offset, 12);
  EXPECT_EQ(early.problems[0].about.tag, "vip");
  EXPECT_EQ(early.problems[0].about.first_date, "2026-01-10");
  EXPECT_TRUE(BindText(catalog, "vip OR (age > 1 AS OF 2026-01-09)").ok());
}

TEST(BinderTest, LabelsSayTheClause) {
  const FakeCatalog catalog;
  EXPECT_EQ(BindText(catalog, "city IN ('上海', '北京')").tree.node->label, "city IN ('上海', '北京')");
  EXPECT_EQ(BindText(catalog, "age IN (1, 3, 5, 7, 9, 11, 13)").tree.node->operands[0].node->label,
            "age IN (1, 3, 5, 7, 9, … 7 values)");
  EXPECT_EQ(BindText(catalog, "city IN ('上海', '北京') AS OF TODAY - 1 DAY").tree.node->label,
            "city IN ('上海', '北京') AS OF 2026-03-30");
  EXPECT_EQ(BindText(catalog, "(NOT vip) AS OF TODAY").tree.node->operands[0].node->label,
            "EVERYONE AS OF 2026-03-31");
  const BindResult other = BindText(catalog, "city != '上海'");
  EXPECT_EQ(other.tree.node->operands[0].node->label, "HAS city");
  EXPECT_EQ(other.tree.node->operands[1].node->label, "city = '上海'");
}

}  // namespace
}  // namespace muster::query
