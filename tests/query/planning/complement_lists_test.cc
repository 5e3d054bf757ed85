// When a list of values is replaced by all members with a value, except those with the other values.
#include "query/planning/complement_lists.h"

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "query/planning/describe.h"
#include "query/planning/plan.h"
#include "tests/matchers/status.h"
#include "tests/oracle/plan_choices.h"
#include "tests/query/planning/fake_statistics.h"

namespace muster::query {
namespace {

constexpr uint64_t kMembers = 10'000;
constexpr index::TagId kTag = 3;

index::RowId RowIdOf(uint32_t value) { return index::MakeRow(value, index::kMembershipSlot); }

// Values from 1 with these many members; `known`: who has any.
FakeStatistics ValuesOf(const std::map<uint32_t, uint64_t>& values, uint64_t known) {
  FakeStatistics statistics;
  statistics.member_count = kMembers;
  statistics.row_cardinality = [=](SetRef row) -> absl::StatusOr<uint64_t> {
    if (row.row == index::kKnownRow) return known;
    const auto found = values.find(index::ValueOf(row.row));
    return found == values.end() || row.source != kTag ? 0 : found->second;
  };
  statistics.visit_values = [=](SourceRef tag, const auto& visit) {
    if (tag != kTag) return absl::OkStatus();
    for (const auto& [value, cardinality] : values) {
      if (!visit(RowIdOf(value), cardinality)) break;
      if (!visit(index::MakeRow(value, index::kFirstMagnitudeSlot), 7)) break;  // a weight
    }
    return absl::OkStatus();
  };
  return statistics;
}

// Twenty values of 450 members each.
FakeStatistics TwentyValues(uint64_t known = 9000) {
  std::map<uint32_t, uint64_t> values;
  for (uint32_t value = 1; value <= 20; ++value) values[value] = 450;
  return ValuesOf(values, known);
}

PlanOperand ListOf(uint32_t first, uint32_t last) {
  AnyRow list{.source = kTag};
  for (uint32_t value = first; value <= last; ++value) list.rows.push_back(RowIdOf(value));
  return PlanOperand(std::move(list), absl::StrCat("t IN (", first, "…", last, ")"));
}

PlanOperand NotIn(PlanOperand list) {
  PlanOperand known(Row{index::RowRef{kTag, index::kKnownRow}}, "HAS t");
  return Join(AllOf{}, {std::move(known), Not(std::move(list))});
}

std::string Write(const ProgramDescription& node) {
  std::string text = node.text;
  for (const ProgramDescription& operand : node.operands) absl::StrAppend(&text, " [", Write(operand), "]");
  return text;
}

std::string Planned(const PlanOperand& tree, const Statistics& statistics = TwentyValues(),
                    const PlanOptions& options = {}) {
  const absl::StatusOr<PlannedProgram> planned = Plan(tree, statistics, options);
  EXPECT_THAT(planned, IsOk());
  return Write(DescribeProgram(*planned, {}, kMembers));
}

TEST(ComplementLists, NearlyAllValuesAreAllButTheOthers) {
  EXPECT_EQ(Planned(ListOf(1, 18)),
            "ALL OF [any value, of t IN (1…18)] [NOT the other 2 values of t IN (1…18)]");
  EXPECT_EQ(Planned(ListOf(2, 20)),
            "ALL OF [any value, of t IN (2…20)] [NOT the other 1 value of t IN (2…20)]");
  EXPECT_EQ(Planned(ListOf(1, 20)), "any value, of t IN (1…20)");
}

TEST(ComplementLists, NotInOfNearlyAllIsTheOthersAlone) {
  EXPECT_EQ(Planned(NotIn(ListOf(1, 18))), "the other 2 values of t IN (1…18)");
  EXPECT_EQ(Planned(NotIn(ListOf(1, 19))), "the other 1 value of t IN (1…19)");
  EXPECT_EQ(Planned(NotIn(ListOf(1, 20))), "NOBODY");
}

// Who has no value is in neither of the two: NOT (t IN …) isn't t NOT IN ….
TEST(ComplementLists, NotOfAListIsTheComplementOfAll) {
  EXPECT_EQ(Planned(Not(ListOf(1, 18))),
            "NOT ALL OF [any value, of t IN (1…18)] [NOT the other 2 values of t IN (1…18)]");
}

TEST(ComplementLists, ListsThatCostLessStay) {
  EXPECT_EQ(Planned(ListOf(1, 2)), "t IN (1…2)");
  EXPECT_EQ(Planned(ListOf(1, 10)), "t IN (1…10)");
  EXPECT_EQ(Planned(ListOf(1, 11)), "t IN (1…11)") << "one row fewer, and the known row besides";
  EXPECT_EQ(Planned(NotIn(ListOf(1, 2))), "ALL OF [HAS t] [NOT t IN (1…2)]");
  // Eighteen rare values and two that have nearly everybody.
  std::map<uint32_t, uint64_t> values = {{19, 4000}, {20, 4982}};
  for (uint32_t value = 1; value <= 18; ++value) values[value] = 1;
  EXPECT_EQ(Planned(ListOf(1, 18), ValuesOf(values, 9000)), "t IN (1…18)");
}

// Were a member in two of the rows, or in none though it has a value, the others would say something else.
TEST(ComplementLists, ValuesThatAreNotOneAMemberStay) {
  EXPECT_EQ(Planned(ListOf(1, 18), TwentyValues(8999)), "t IN (1…18)");
  EXPECT_EQ(Planned(ListOf(1, 18), TwentyValues(9001)), "t IN (1…18)");
  FakeStatistics unknown = TwentyValues();
  unknown.visit_values = {};
  EXPECT_EQ(Planned(ListOf(1, 18), unknown), "t IN (1…18)");
}

TEST(ComplementLists, CanBeSwitchedOffAndPassesErrorsOn) {
  EXPECT_EQ(Planned(ListOf(1, 18), TwentyValues(), Without(Rewrite::kComplementLists)), "t IN (1…18)");
  FakeStatistics broken = TwentyValues();
  broken.visit_values = [](SourceRef, const auto&) { return absl::DataLossError("the disk is gone"); };
  EXPECT_THAT(Plan(ListOf(1, 18), broken), StatusIs(absl::StatusCode::kDataLoss));
}

// Of a tag with a million values only as many are looked at as the list is long.
TEST(ComplementLists, LooksAtNoMoreValuesThanTheListHas) {
  FakeStatistics statistics = TwentyValues();
  uint64_t visited = 0;
  statistics.visit_values = [&](SourceRef, const auto& visit) {
    for (uint32_t value = 1; value <= 1'000'000; ++value) {
      ++visited;
      if (!visit(RowIdOf(value), 0)) break;
    }
    return absl::OkStatus();
  };
  EXPECT_EQ(Planned(NotIn(ListOf(1, 2)), statistics), "ALL OF [HAS t] [NOT t IN (1…2)]");
  EXPECT_EQ(visited, 0u) << "the list has few members, so the others have more";
  EXPECT_EQ(Planned(ListOf(1, 18), statistics), "t IN (1…18)");
  EXPECT_LE(visited, 36u);
}

}  // namespace
}  // namespace muster::query
