#include "query/binding/binder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "index/bitmap/number_slices.h"
#include "query/language/parser.h"
#include "tests/golden/golden_file.h"
#include "tests/matchers/status.h"
#include "tests/query/binding/fake_catalog.h"
#include "text/civil_text.h"
#include "text/decimal.h"

namespace muster::query {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string RowText(const FakeCatalog& catalog, index::TagId tag, index::RowId row) {
  EXPECT_EQ(index::SlotOf(row), index::kMembershipSlot);
  const index::ValueId value = index::ValueOf(row);
  if (value == index::kOwnValue) return "known";
  return catalog.tag(tag).kind == index::TagKind::kFlag ? "true" : catalog.value(tag, value);
}

std::string NumberText(const FakeCatalog& catalog, const BoundExpression& range, int64_t number) {
  if (number == index::kMinNumber) return "min";
  if (number == index::kMaxNumber) return "max";
  const index::Tag& tag = catalog.tag(range.tag);
  if (tag.kind == index::TagKind::kDate) return DateNumberText(number);
  if (tag.kind == index::TagKind::kTimestamp) return TimestampText(number, catalog.time_zone());
  return DecimalText(number, range.value == index::kOwnValue ? tag.scale : tag.weight_scale);
}

// The bound tree with names, rows as [tag: row] and ranges as [tag: low..high].
std::string BoundText(const FakeCatalog& catalog, const BoundExpression& node) {
  const auto operands = [&](const char* name) {
    std::string text = absl::StrCat(name, "(");
    for (const BoundPtr& operand : node.operands) {
      absl::StrAppend(&text, &operand == &node.operands.front() ? "" : ", ", BoundText(catalog, *operand));
    }
    return text + ")";
  };
  switch (node.op) {
    case BoundOperator::kEveryone:
      return "everyone";
    case BoundOperator::kNobody:
      return "nobody";
    case BoundOperator::kAnd:
      return operands("and");
    case BoundOperator::kOr:
      return operands("or");
    case BoundOperator::kNot:
      return operands("not");
    case BoundOperator::kAtLeast:
      return operands(absl::StrCat("at_least_", node.count).c_str());
    case BoundOperator::kRange: {
      std::string name = catalog.tag(node.tag).name;
      if (node.value != index::kOwnValue)
        absl::StrAppend(&name, " weight of ", catalog.value(node.tag, node.value));
      EXPECT_LE(node.low, node.high);
      EXPECT_FALSE(node.label.empty());
      return absl::StrCat("[", name, ": ", NumberText(catalog, node, node.low), "..",
                          NumberText(catalog, node, node.high), "]");
    }
    case BoundOperator::kRow:
    case BoundOperator::kAnyRow: {
      std::string text = absl::StrCat("[", catalog.tag(node.tag).name, ":");
      for (const index::RowId row : node.rows) absl::StrAppend(&text, " ", RowText(catalog, node.tag, row));
      EXPECT_EQ(node.rows.size() == 1, node.op == BoundOperator::kRow);
      EXPECT_TRUE(std::is_sorted(node.rows.begin(), node.rows.end()));
      EXPECT_FALSE(node.label.empty());
      return text + "]";
    }
  }
  return "?";
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
  const FakeCatalog catalog;
  golden::CheckCases("bindings.txt", [&catalog](const std::string& text) {
    const BindResult result = BindText(catalog, text);
    EXPECT_EQ(result.ok(), result.problems.empty()) << text;
    std::string answer;
    if (result.ok()) answer = BoundText(catalog, *result.bound) + "\n";
    for (const Problem& problem : result.problems) answer += RenderProblem(text, problem) + "\n";
    for (const Problem& warning : result.warnings)
      answer += "warning: " + RenderProblem(text, warning) + "\n";
    return answer;
  });
}

TEST(BinderTest, NamesEveryTagOnce) {
  const FakeCatalog catalog;
  EXPECT_THAT(BindText(catalog, "age > 3 OR vip AND NOT city = '上海' OR age < 1").tags,
              ElementsAre(1, 2, 4));
  EXPECT_THAT(BindText(catalog, "city = 'nowhere'").tags, ElementsAre(2));
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
  EXPECT_EQ(BoundText(catalog, *BindText(catalog, "city IN ('北京', 'x', '上海', 'Shanghai')").bound),
            BoundText(catalog, *BindText(catalog, "city IN ('上海', '北京', 'Shanghai')").bound));
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

TEST(BinderTest, AStoreThatCannotBeReadIsAStatus) {
  FakeCatalog catalog;
  catalog.store_status = absl::DataLossError("broken");
  for (const char* text :
       {"city = 'x'", "vip OR NOT city IN ('x')", "city LIKE 'x%'", "WEIGHT(interests, 'x') > 1"}) {
    EXPECT_THAT(Bind(*Parse(text).expression, catalog), StatusIs(absl::StatusCode::kDataLoss)) << text;
  }
}

// Answers as a server with segments would.
class SomeReferences : public ReferenceResolver {
 public:
  absl::StatusOr<BoundPtr> Segment(std::string_view name) const override {
    if (name == "broken") return absl::DataLossError("broken");
    if (name != "s") return absl::NotFoundError("There is no such segment.");
    return std::make_unique<BoundExpression>(BoundOperator::kEveryone);
  }
  absl::StatusOr<BoundPtr> IdList(std::string_view) const override {
    return std::make_unique<BoundExpression>(BoundOperator::kNobody);
  }
  absl::StatusOr<BoundPtr> AsOf(BoundPtr operand, absl::CivilDay date) const override {
    last_date = date;
    return operand;
  }
  mutable absl::CivilDay last_date;
};

TEST(BinderTest, ReferencesAreTheResolversToAnswer) {
  const FakeCatalog catalog;
  const SomeReferences references;
  const auto bind = [&](const char* text) { return Bind(*Parse(text).expression, catalog, {}, references); };
  EXPECT_EQ(BoundText(catalog, *bind("SEGMENT 's' AND LIST 'l' AND vip AS OF TODAY - 1 MONTH")->bound),
            "and(everyone, nobody, [vip: true])");
  EXPECT_EQ(references.last_date, absl::CivilDay(2026, 2, 28));
  EXPECT_THAT(bind("SEGMENT 't'")->problems.at(0).message, HasSubstr("no such segment"));
  EXPECT_THAT(bind("SEGMENT 'broken'"), StatusIs(absl::StatusCode::kDataLoss));
}

TEST(BinderTest, LabelsSayTheClause) {
  const FakeCatalog catalog;
  EXPECT_EQ(BindText(catalog, "city IN ('上海', '北京')").bound->label, "city IN ('上海', '北京')");
  EXPECT_EQ(BindText(catalog, "age IN (1, 3, 5, 7, 9, 11, 13)").bound->operands[0]->label,
            "age IN (1, 3, 5, 7, 9, … 7 values)");
  const BindResult other = BindText(catalog, "city != '上海'");
  EXPECT_EQ(other.bound->operands[0]->label, "HAS city");
  EXPECT_EQ(other.bound->operands[1]->operands[0]->label, "city = '上海'");
}

}  // namespace
}  // namespace muster::query
