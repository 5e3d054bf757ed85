// The results of the rewrites. The oracle tests that they preserve the answer.
#include "query/planning/plan.h"

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "index/status/status_facts.h"
#include "index/status/status_reason.h"
#include "query/planning/describe.h"
#include "tests/matchers/status.h"
#include "tests/oracle/plan_choices.h"
#include "tests/query/planning/fake_statistics.h"

namespace muster::query {
namespace {

constexpr uint64_t kMembers = 1000;

// Rows of tag 1 by value; no member has value 9.
const std::map<uint32_t, uint64_t> kCardinalities = {{1, 500}, {2, 250}, {3, 100}, {4, 10}, {9, 0}};

FakeStatistics TestStatistics() {
  FakeStatistics statistics;
  statistics.member_count = kMembers;
  statistics.row_cardinality = [](SetRef row) -> absl::StatusOr<uint64_t> {
    if (row.source == 2) {  // a NUMBER: 800 members, no negative one, bits 0 to 2
      const index::Slot slot = index::SlotOf(row.row);
      if (slot == index::kMembershipSlot) return 800;
      return slot >= index::kFirstMagnitudeSlot && slot < index::kFirstMagnitudeSlot + 3 ? 400 : 0;
    }
    const auto found = kCardinalities.find(index::ValueOf(row.row));
    return found == kCardinalities.end() ? 0 : found->second;
  };
  return statistics;
}

PlanOperand RowOf(uint32_t value) {
  return PlanOperand(Row{index::RowRef{1, index::MakeRow(value, index::kMembershipSlot)}},
                     absl::StrCat("r", value));
}

template <typename... Operands>
PlanOperand And(Operands... operands) {
  return Join(AllOf{}, {std::move(operands)...});
}
template <typename... Operands>
PlanOperand Or(Operands... operands) {
  return Join(AnyOf{}, {std::move(operands)...});
}
template <typename... Operands>
PlanOperand Least(uint32_t count, Operands... operands) {
  return Join(AtLeast{count}, {std::move(operands)...});
}

std::string Write(const ProgramDescription& node) {
  std::string text = node.text;
  if (node.operands.empty()) return text;
  absl::StrAppend(&text, "(");
  for (const ProgramDescription& operand : node.operands) {
    absl::StrAppend(&text, &operand == &node.operands.front() ? "" : ", ", Write(operand));
  }
  return text + ")";
}

std::string Planned(const PlanOperand& tree, const PlanOptions& options = {}) {
  absl::StatusOr<PlannedProgram> planned = Plan(tree, TestStatistics(), options);
  EXPECT_THAT(planned, IsOk());
  EXPECT_EQ(planned->labels.size(), planned->program.nodes().size());
  return Write(DescribeProgram(*planned, {}, kMembers));
}

TEST(Plan, PutsWhatDecidesMostForLeastFirst) {
  EXPECT_EQ(Planned(And(RowOf(1), RowOf(4), RowOf(2))), "ALL OF(r4, r2, r1)");
  EXPECT_EQ(Planned(And(Not(RowOf(1)), Not(RowOf(4)), RowOf(3))), "ALL OF(r3, NOT r1, NOT r4)");
  EXPECT_EQ(Planned(And(RowOf(1), RowOf(4)), Without(Rewrite::kOrderOperands)), "ALL OF(r1, r4)");
}

TEST(Plan, PushesNegationToOperands) {
  EXPECT_EQ(Planned(Not(Not(RowOf(1)))), "r1");
  EXPECT_EQ(Planned(And(RowOf(4), Not(Or(RowOf(1), RowOf(2))))), "ALL OF(r4, NOT r1, NOT r2)");
  EXPECT_EQ(Planned(Not(Or(RowOf(1), RowOf(2)))), "ALL OF(NOT r1, NOT r2)");
  EXPECT_EQ(Planned(Or(RowOf(1), Not(RowOf(2)))), "NOT ALL OF(r2, NOT r1)");
  EXPECT_EQ(Planned(Not(And(Not(RowOf(1)), Not(RowOf(2))))), "NOT ALL OF(NOT r1, NOT r2)");
  EXPECT_EQ(Planned(Least(2, And(Not(RowOf(1)), Not(RowOf(2))), RowOf(3), RowOf(4))),
            "AT LEAST 2 OF(NOT ANY OF(r1, r2), r3, r4)");
  EXPECT_EQ(Planned(And(RowOf(4), Not(Or(RowOf(1), RowOf(2)))), Without(Rewrite::kPushNegation)),
            "ALL OF(r4, NOT ANY OF(r1, r2))");
}

TEST(Plan, Flattens) {
  EXPECT_EQ(Planned(And(RowOf(3), And(RowOf(2), And(RowOf(1), RowOf(4))))), "ALL OF(r4, r3, r2, r1)");
  EXPECT_EQ(Planned(And(RowOf(3), And(RowOf(2), RowOf(4))), Without(Rewrite::kFlatten)),
            "ALL OF(r3, ALL OF(r4, r2))");
}

TEST(Plan, FoldsConstants) {
  EXPECT_EQ(Planned(And(RowOf(1), PlanOperand(Everyone{}))), "r1");
  EXPECT_EQ(Planned(And(RowOf(1), PlanOperand(Nobody{}))), "NOBODY");
  EXPECT_EQ(Planned(Or(RowOf(1), Not(PlanOperand(Nobody{})))), "EVERYONE");
  EXPECT_EQ(Planned(Or(RowOf(1), PlanOperand(Nobody{}))), "r1");
  EXPECT_EQ(Planned(Not(And(RowOf(1)))), "NOT r1");
  EXPECT_EQ(Planned(And(RowOf(1), PlanOperand(Everyone{})), Without(Rewrite::kFoldConstants)),
            "ALL OF(r1, EVERYONE)");
}

TEST(Plan, RowsOfNobodyFold) {
  EXPECT_EQ(Planned(And(RowOf(1), RowOf(9))), "NOBODY");
  EXPECT_EQ(Planned(And(RowOf(1), Not(RowOf(9)))), "r1");
  EXPECT_EQ(Planned(RowOf(9)), "r9 (nobody)");
  EXPECT_EQ(Planned(Or(RowOf(1), RowOf(9)), Without(Rewrite::kDropEmptyRows)), "ANY OF(r1, r9)");
}

TEST(Plan, SimplifiesThresholds) {
  EXPECT_EQ(Planned(Least(1, RowOf(1), RowOf(2))), "ANY OF(r1, r2)");
  EXPECT_EQ(Planned(Least(2, RowOf(1), RowOf(2))), "ALL OF(r2, r1)");
  EXPECT_EQ(Planned(Least(1, RowOf(1))), "r1");
  EXPECT_EQ(Planned(Least(2, RowOf(1), RowOf(2), RowOf(3))), "AT LEAST 2 OF(r1, r2, r3)");
  // Equal operands count each.
  EXPECT_EQ(Planned(Least(2, RowOf(1), RowOf(1), RowOf(3))), "AT LEAST 2 OF(r1, r1, r3)");
  // A constant operand counts too.
  EXPECT_EQ(Planned(Least(2, RowOf(1), RowOf(2), PlanOperand(Everyone{}))), "ANY OF(r1, r2)");
  EXPECT_EQ(Planned(Least(2, RowOf(1), RowOf(2), RowOf(9))), "ALL OF(r2, r1)");
  EXPECT_EQ(Planned(Least(2, RowOf(1), RowOf(9))), "NOBODY");
  EXPECT_EQ(Planned(Least(1, RowOf(1), RowOf(2)), Without(Rewrite::kSimplifyThresholds)),
            "AT LEAST 1 OF(r1, r2)");
}

TEST(Plan, FlipsThresholdsOfNegatedOperands) {
  EXPECT_EQ(Planned(Least(2, Not(RowOf(1)), Not(RowOf(2)), Not(RowOf(3)))), "NOT AT LEAST 2 OF(r1, r2, r3)");
  EXPECT_EQ(Planned(Least(3, Not(RowOf(1)), Not(RowOf(2)), Not(RowOf(3)), RowOf(4))),
            "NOT AT LEAST 2 OF(r1, r2, r3, NOT r4)");
  EXPECT_EQ(Planned(Not(Least(2, Not(RowOf(1)), Not(RowOf(2)), Not(RowOf(3))))), "AT LEAST 2 OF(r1, r2, r3)");
  EXPECT_EQ(Planned(Least(2, Not(RowOf(1)), Not(RowOf(2)), RowOf(3), RowOf(4))),
            "AT LEAST 2 OF(NOT r1, NOT r2, r3, r4)");
  EXPECT_EQ(Planned(Least(2, Not(RowOf(1)), Not(RowOf(2)), Not(RowOf(3))), Without(Rewrite::kFlipThresholds)),
            "AT LEAST 2 OF(NOT r1, NOT r2, NOT r3)");
  // What SimplifyThresholds would have made AND and OR of.
  const PlanOptions unsimplified = Without(Rewrite::kSimplifyThresholds);
  EXPECT_EQ(Planned(Least(1, Not(RowOf(1)), Not(RowOf(2))), unsimplified), "NOT AT LEAST 2 OF(r1, r2)");
  EXPECT_EQ(Planned(Least(2, Not(RowOf(1)), Not(RowOf(2))), unsimplified), "NOT AT LEAST 1 OF(r1, r2)");
}

TEST(Plan, TakesOutWhatBranchesHaveInCommon) {
  EXPECT_EQ(Planned(Or(And(RowOf(1), RowOf(2)), And(RowOf(1), RowOf(3)))), "ALL OF(r1, ANY OF(r2, r3))");
  EXPECT_EQ(Planned(Or(RowOf(1), And(RowOf(1), RowOf(3)))), "r1");
  EXPECT_EQ(Planned(And(Or(RowOf(1), RowOf(2)), Or(RowOf(1), RowOf(2)))), "ANY OF(r1, r2)");
  EXPECT_EQ(Planned(Or(And(RowOf(1), RowOf(2)), And(RowOf(1), RowOf(3))), Without(Rewrite::kFactorCommon)),
            "ANY OF(ALL OF(r2, r1), ALL OF(r3, r1))");
}

TEST(PlanBatch, SharesWhatSeveralConjunctionsHaveInCommon) {
  std::vector<PlanOperand> trees;
  for (uint32_t last : {3u, 4u, 5u, 6u, 7u}) trees.push_back(And(And(RowOf(1), Not(RowOf(2))), RowOf(last)));
  const auto shared_nodes = [&](const PlanOptions& options) {
    const absl::StatusOr<PlannedBatch> planned = PlanBatch(trees, TestStatistics(), options);
    size_t shared = 0;
    for (NodeIndex node = 0; node < planned->program.nodes().size(); ++node) {
      shared += planned->program.is_shared(node);
    }
    return shared;
  };
  EXPECT_EQ(shared_nodes(Without(Rewrite::kDropEmptyRows)), 1u);
  EXPECT_EQ(shared_nodes(Without(Rewrite::kDropEmptyRows, Rewrite::kShareOperands)), 0u);
}

TEST(Plan, EstimatesCounts) {
  const auto estimate = [](const PlanOperand& tree) {
    absl::StatusOr<PlannedProgram> planned = Plan(tree, TestStatistics());
    return DescribeProgram(*planned, {}, kMembers).estimated_count;
  };
  EXPECT_EQ(estimate(RowOf(2)), 250u);
  EXPECT_EQ(estimate(Not(RowOf(2))), 750u);
  EXPECT_EQ(estimate(And(RowOf(1), RowOf(2))), 125u);
  EXPECT_EQ(estimate(Or(RowOf(1), RowOf(2))), 625u);
  EXPECT_EQ(estimate(Least(2, RowOf(1), RowOf(1), RowOf(1))), 500u);
  EXPECT_EQ(estimate(PlanOperand(NumberRange{.number = {2}, .low = 0, .high = 3})), 400u)
      << "half of 800 lack bit 2";
  EXPECT_EQ(estimate(PlanOperand(NumberList{.number = {2}, .intervals = {{0, 1}, {2, 3}}})), 400u);
}

// A sum of two numbers from 0 to 7, each of 800 members of 1000: 640 are taken to have both.
TEST(Plan, SumsAreReadInTheSlicesThatAreThere) {
  SumRange sum{.terms = {{.number = {SourceRef(2)}, .factor = 3}, {.number = {SourceRef(2)}, .factor = -1}}};
  const auto plan = [&sum] { return Plan(PlanOperand(sum, "3 * a - b > 5"), TestStatistics()); };
  EXPECT_EQ(plan()->labels.front().estimated_count, 640u);
  sum.low = 8;  // the mean is 7
  const auto planned = plan();
  ASSERT_THAT(planned, IsOk());
  EXPECT_GT(planned->labels.front().estimated_count, 250u);
  EXPECT_LT(planned->labels.front().estimated_count, 320u);
  EXPECT_EQ(planned->labels.front().text, "3 * a - b > 5");
  const ProgramNode& node = planned->program.node(planned->program.roots().front().node);
  EXPECT_EQ(node.kind, NodeKind::kSum);
  EXPECT_EQ(node.rows.size(), 2 * (kFirstSliceRow + 3));
  EXPECT_EQ(node.sum.steps.size(), 3u) << "3 is 4 - 1";
  EXPECT_GT(planned->cost, 2 * Plan(PlanOperand(NumberRange{.number = {2}}), TestStatistics())->cost)
      << "both numbers are read, and added";
  sum.terms[1].number = {SourceRef(9)};
  EXPECT_EQ(plan()->labels.front().text, "3 * a - b > 5 (nobody)");
}

TEST(Plan, BirthdaysAreLookedUpInTheSlicesThatAreThere) {
  Birthday birthday{.number = {SourceRef(2)}};
  birthday.days.AddKept(absl::CivilDay(2026, 1, 1), 2);
  const auto planned = Plan(PlanOperand(birthday, "BIRTHDAY (born) WITHIN 2 DAYS"), TestStatistics());
  ASSERT_THAT(planned, IsOk());
  const ProgramNode& node = planned->program.node(planned->program.roots().front().node);
  EXPECT_EQ(node.kind, NodeKind::kNumberIn);
  EXPECT_EQ(node.rows.size(), kFirstSliceRow + 3);
  EXPECT_TRUE(node.numbers.from_zero().Holds(0)) << "1900-01-01";
  EXPECT_TRUE(node.numbers.from_zero().Holds(2));
  EXPECT_FALSE(node.numbers.from_zero().Holds(3));
  EXPECT_EQ(planned->labels.front().text, "BIRTHDAY (born) WITHIN 2 DAYS (by slices)");
  EXPECT_EQ(planned->labels.front().estimated_count, 7u) << "three days' share of 800";
}

TEST(Plan, BucketsComeAfterEverythingElse) {
  std::vector<PlanOperand> operands;
  operands.emplace_back(Bucket{.salt = "s", .low = 0, .high = 999}, "BUCKET ('s', 0, 999)");
  operands.emplace_back(NumberRange{.number = {SourceRef(2)}, .low = 0, .high = 5}, "n");
  const auto planned = Plan(Join(AllOf{}, std::move(operands)), TestStatistics());
  ASSERT_THAT(planned, IsOk());
  const ProgramNode& root = planned->program.node(planned->program.roots().front().node);
  ASSERT_EQ(root.operands.size(), 2u);
  const NodeIndex last = root.operands[1].node;
  EXPECT_EQ(planned->program.node(last).kind, NodeKind::kBucket);
  EXPECT_EQ(planned->labels[last].text, "BUCKET ('s', 0, 999) (by ids)");
  EXPECT_EQ(planned->labels[last].estimated_count, 100u) << "a tenth of 1,000";
}

// Each salt reads the ids of all members.
TEST(Plan, DifferentSaltsAreLimited) {
  std::vector<PlanOperand> operands;
  const auto plan = [&] { return Plan(Join(AnyOf{}, operands), TestStatistics()).status(); };
  for (int i = 0; i < 64; ++i)
    operands.emplace_back(Bucket{.salt = absl::StrCat("s", i), .low = 0, .high = 9});
  for (uint32_t i = 0; i < 200; ++i) operands.emplace_back(Bucket{.salt = "s0", .low = i, .high = 5'000 + i});
  EXPECT_THAT(plan(), IsOk()) << "ranges of one salt count once";
  operands.emplace_back(Bucket{.salt = "another", .low = 0, .high = 9});
  const absl::Status refused = plan();
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(index::ReasonOf(refused), index::Reason::kLimit);
  EXPECT_EQ(index::FactsOf(refused)["limit"], "64");
  std::vector<PlanOperand> batch = std::move(operands);
  EXPECT_THAT(PlanBatch(std::move(batch), TestStatistics()), StatusIs(absl::StatusCode::kInvalidArgument));
}

// Each is a table, and short to write.
TEST(Plan, DifferentBirthdaysAreLimited) {
  std::vector<PlanOperand> operands;
  const auto add = [&](ViewIndex view, int first, int ahead) {
    Birthday birthday{.number = {SourceRef(view, 2)}};
    birthday.days.AddKept(absl::CivilDay(2026, 1, 1) + first, ahead);
    operands.emplace_back(birthday);
  };
  for (int i = 0; i < 4'096; ++i) add(0, i % 300, i / 300);
  add(0, 0, 0);
  EXPECT_THAT(Plan(Join(AnyOf{}, operands), TestStatistics()), IsOk()) << "equal ones count once";
  add(0, 0, 300);
  const auto planned = Plan(Join(AnyOf{}, operands), TestStatistics());
  EXPECT_THAT(planned, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(index::ReasonOf(planned.status()), index::Reason::kLimit);
}

// A single date in the year 9999 makes each condition long.
TEST(Plan, RunsOfDaysOfBirthdaysAreLimited) {
  FakeStatistics statistics = TestStatistics();
  statistics.row_cardinality = [](SetRef) { return uint64_t{1}; };  // every slice
  std::vector<PlanOperand> operands;
  const auto plan = [&](int birthdays) {
    operands.clear();
    for (int i = 0; i < birthdays; ++i) {
      Birthday birthday{.number = {SourceRef(2)}};
      birthday.days.AddKept(absl::CivilDay(2026, 1, 1) + i, 2);
      operands.emplace_back(birthday);
    }
    return Plan(Join(AnyOf{}, operands), statistics).status();
  };
  EXPECT_THAT(plan(50), IsOk());
  const absl::Status refused = plan(300);
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(index::ReasonOf(refused), index::Reason::kLimit);
}

TEST(Plan, ARangeReadsNoSliceAboveTheGreatestNumber) {
  const PlanOperand range(NumberRange{.number = {2}, .low = 1, .high = 1'000'000});
  absl::StatusOr<PlannedProgram> planned = Plan(range, TestStatistics());
  ASSERT_THAT(planned, IsOk());
  EXPECT_EQ(planned->program.node(planned->program.roots().front().node).rows.size(), 2u + 3u);
}

TEST(Plan, AsksForEachSliceOfANumberOnceWhateverTheNumberOfComparisons) {
  FakeStatistics statistics = TestStatistics();
  std::map<index::RowId, int> asked;
  statistics.row_cardinality = [&asked](SetRef row) {
    if (row.source == 2) ++asked[row.row];
    return TestStatistics().row_cardinality(row);
  };
  std::vector<PlanOperand> numbers;
  for (int64_t number = 0; number < 100; ++number)
    numbers.emplace_back(NumberRange{.number = {2}, .low = number, .high = number});
  const PlanOperand list = Join(AnyOf{}, numbers);
  ASSERT_THAT(Plan(list, statistics), IsOk());
  ASSERT_FALSE(asked.empty());
  for (const auto& [row, times] : asked) EXPECT_EQ(times, 1) << row;

  asked.clear();
  ASSERT_THAT(PlanBatch({list, list}, statistics), IsOk());
  for (const auto& [row, times] : asked) EXPECT_EQ(times, 1) << row;
}

TEST(Plan, AsksForTheRowsOfAListTogether) {
  FakeStatistics statistics = TestStatistics();
  int alone = 0;
  statistics.row_cardinality = [&alone](SetRef row) {
    ++alone;
    return TestStatistics().row_cardinality(row);
  };
  std::vector<size_t> together;
  statistics.row_cardinalities = [&together](SourceRef tag, absl::Span<const index::RowId> rows) {
    together.push_back(rows.size());
    std::vector<uint64_t> cardinalities;
    for (const index::RowId row : rows)
      cardinalities.push_back(*TestStatistics().row_cardinality({tag, row}));
    return absl::StatusOr<std::vector<uint64_t>>(std::move(cardinalities));
  };
  AnyRow rows{.source = 1};
  for (const uint32_t value : {1, 2, 3, 4, 9})
    rows.rows.push_back(index::MakeRow(value, index::kMembershipSlot));
  const PlanOperand list(rows);
  const PlanOptions options = Without(Rewrite::kAskSlices, Rewrite::kComplementLists);
  const absl::StatusOr<PlannedProgram> planned = Plan(list, statistics, options);
  ASSERT_THAT(planned, IsOk());
  EXPECT_EQ(together, std::vector<size_t>({5}));
  EXPECT_EQ(alone, 0);
  EXPECT_EQ(planned->labels[0].estimated_count,
            Plan(list, TestStatistics(), options)->labels[0].estimated_count);
}

TEST(Plan, PassesTheStoresErrorOn) {
  FakeStatistics statistics;
  statistics.member_count = 1;
  statistics.row_cardinality = [](SetRef) { return absl::DataLossError("the disk is gone"); };
  EXPECT_THAT(Plan(And(RowOf(1), RowOf(2)), statistics), StatusIs(absl::StatusCode::kDataLoss));
}

TEST(Describe, ShowsActualCountsOfOperands) {
  absl::StatusOr<PlannedProgram> planned = Plan(And(RowOf(4), Not(RowOf(1))), TestStatistics());
  ASSERT_THAT(planned, IsOk());
  // Nodes: r4, r1 (or the other way round), ALL OF, EVERYONE.
  std::vector<NodeMeasurement> measured(planned->program.nodes().size());
  for (size_t i = 0; i < measured.size(); ++i)
    measured[i].members = planned->labels[i].text == "r1" ? 480 : 11;
  const ProgramDescription description = DescribeProgram(*planned, measured, kMembers);
  ASSERT_EQ(description.operands.size(), 2u);
  EXPECT_EQ(description.operands[0].text, "r4");
  EXPECT_EQ(description.operands[0].actual_count, 11u);
  EXPECT_EQ(description.operands[1].text, "NOT r1");
  EXPECT_EQ(description.operands[1].estimated_count, 500u);
  EXPECT_EQ(description.operands[1].actual_count, 520u);
}

}  // namespace
}  // namespace muster::query
