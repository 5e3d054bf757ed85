// When lists are evaluated by slices. The oracle tests that the answer stays the same.
#include "query/planning/value_slices.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "index/bitmap/number_slices.h"
#include "query/planning/describe.h"
#include "tests/matchers/status.h"
#include "tests/oracle/plan_choices.h"
#include "tests/query/planning/fake_statistics.h"

namespace muster::query {
namespace {

constexpr index::TagId kSliced = 1;  // a SINGLE tag of 60,000 values, each of 20 members; with slices
constexpr index::TagId kPlain = 2;   // the same without slices
constexpr index::TagId kNumber = 3;  // 17 bits
constexpr uint64_t kMembers = 1'200'000;

FakeStatistics TestStatistics() {
  FakeStatistics statistics;
  statistics.member_count = kMembers;
  statistics.row_cardinality = [](SetRef row) -> absl::StatusOr<uint64_t> {
    if (row.row == index::kKnownRow) return kMembers;
    if (index::ValueOf(row.row) != index::kOwnValue) return 20;
    const index::Slot slot = index::SlotOf(row.row);
    const bool slice = slot >= index::MagnitudeSlot(0) && slot < index::MagnitudeSlot(17);
    return slice && row.source != kPlain ? kMembers / 2 : 0;
  };
  return statistics;
}

// Values `first`, `first + step` …
PlanOperand Values(index::TagId tag, uint32_t count, uint32_t step = 1, uint32_t first = 1) {
  AnyRow list{.source = tag};
  for (uint32_t i = 0; i < count; ++i)
    list.rows.push_back(index::MakeRow(first + i * step, index::kMembershipSlot));
  return PlanOperand(std::move(list), "list");
}

PlanOperand Comparison(int64_t low, int64_t high) {
  return PlanOperand(NumberRange{.number = {kNumber}, .low = low, .high = high}, "n");
}

PlanOperand Numbers(int64_t count) {
  std::vector<PlanOperand> equal;
  for (int64_t i = count; i > 0; --i) equal.push_back(Comparison(i * 3, i * 3));
  return Join(AnyOf{}, std::move(equal));
}

PlannedProgram Planned(const PlanOperand& tree, const PlanOptions& options = {}) {
  absl::StatusOr<PlannedProgram> planned = Plan(tree, TestStatistics(), options);
  EXPECT_THAT(planned, IsOk());
  return *std::move(planned);
}

const ProgramNode& Root(const PlannedProgram& planned) {
  return planned.program.node(planned.program.roots()[0].node);
}

TEST(AskValueSlices, OfLongListsOnly) {
  EXPECT_EQ(Root(Planned(Values(kSliced, 100))).kind, NodeKind::kAnyRow);
  EXPECT_EQ(Root(Planned(Values(kSliced, 50'000))).kind, NodeKind::kNumberIn);
  EXPECT_EQ(Root(Planned(Values(kSliced, 50'000), Without(Rewrite::kAskSlices))).kind, NodeKind::kAnyRow);
  EXPECT_EQ(Root(Planned(Values(kSliced, 2), kSlicesEverywhere)).kind, NodeKind::kNumberIn);
}

TEST(AskValueSlices, OnlyWhereThereAreSome) {
  EXPECT_EQ(Root(Planned(Values(kPlain, 50'000))).kind, NodeKind::kAnyRow);
  EXPECT_EQ(Root(Planned(Values(kPlain, 50'000), kSlicesEverywhere)).kind, NodeKind::kAnyRow);
}

TEST(AskValueSlices, IdsAreTheRowsOnes) {
  const PlannedProgram planned = Planned(Values(kSliced, 4, 1, 7), kSlicesEverywhere);
  const std::vector<NumberInterval> neighbours = {{7, 10}};
  EXPECT_EQ(Root(planned).numbers.intervals(), neighbours);
  EXPECT_EQ(Root(planned).rows.size(), kFirstSliceRow + 17);
  const std::vector<NumberInterval> apart = {{2, 2}, {5, 5}, {8, 8}};
  EXPECT_EQ(Root(Planned(Values(kSliced, 3, 3, 2), kSlicesEverywhere)).numbers.intervals(), apart);
}

TEST(AskValueSlices, ExplainSaysSo) {
  const PlannedProgram planned = Planned(Values(kSliced, 30'000));
  const ProgramDescription description = DescribeProgram(planned, {}, kMembers);
  EXPECT_EQ(description.text, "list (by slices)");
  // Members have one value each, so 30,000 values of 20 members are half of everybody.
  EXPECT_NEAR(static_cast<double>(description.estimated_count), 600'000, 6'000);
}

TEST(AskValueSlices, PassesTheStoresErrorOn) {
  FakeStatistics statistics = TestStatistics();
  statistics.row_cardinality = [](SetRef row) -> absl::StatusOr<uint64_t> {
    if (index::ValueOf(row.row) != index::kOwnValue) return 20;
    return absl::DataLossError("slices");
  };
  EXPECT_EQ(Plan(Values(kSliced, 50'000), statistics).status(), absl::DataLossError("slices"));
}

TEST(JoinComparisons, ManyOfOneNumberAreAList) {
  EXPECT_EQ(Root(Planned(Numbers(8))).kind, NodeKind::kOr);
  EXPECT_EQ(Root(Planned(Numbers(200))).kind, NodeKind::kNumberIn);
  EXPECT_EQ(Root(Planned(Numbers(200))).numbers.intervals().size(), 200u);
  EXPECT_EQ(Root(Planned(Numbers(200), Without(Rewrite::kJoinComparisons))).kind, NodeKind::kOr);
}

TEST(JoinComparisons, OverlappingOnesAreOne) {
  std::vector<PlanOperand> operands;
  operands.push_back(Comparison(10, 20));
  operands.push_back(Comparison(-4, 3));
  operands.push_back(Comparison(15, 30));
  operands.push_back(Comparison(4, 4));
  operands.push_back(Comparison(100, index::kMaxNumber));
  operands.push_back(Comparison(200, 300));
  const PlannedProgram planned = Planned(Join(AnyOf{}, std::move(operands)), kSlicesEverywhere);
  const std::vector<NumberInterval> merged = {{-4, 4}, {10, 30}, {100, index::kMaxNumber}};
  EXPECT_EQ(Root(planned).numbers.intervals(), merged);
}

TEST(JoinComparisons, OthersStay) {
  std::vector<PlanOperand> operands;
  operands.push_back(Numbers(50));
  operands.push_back(Values(kPlain, 2));
  const PlannedProgram planned = Planned(Join(AnyOf{}, std::move(operands)));
  const ProgramDescription description = DescribeProgram(planned, {}, kMembers);
  ASSERT_EQ(description.operands.size(), 2u);
  std::string texts = absl::StrCat(description.operands[0].text, ", ", description.operands[1].text);
  EXPECT_TRUE(texts == "list, n (by slices)" || texts == "n (by slices), list") << texts;
}

}  // namespace
}  // namespace muster::query
