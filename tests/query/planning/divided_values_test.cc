// How values without rows are evaluated by slices. The oracle tests that the answer stays the same.
#include "query/planning/divided_values.h"

#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "index/bitmap/number_slices.h"
#include "query/execution/scan.h"
#include "query/planning/describe.h"
#include "tests/matchers/status.h"
#include "tests/oracle/memory_rows.h"
#include "tests/oracle/plan_choices.h"
#include "tests/oracle/scan_jobs.h"
#include "tests/query/planning/fake_statistics.h"

namespace muster::query {
namespace {

// A SINGLE tag of 10,000 values. Every hundredth has 10,000 of the two million members and a row; each of the
// others has 100, and the slices alone know of them. Nobody has value 9.
constexpr index::TagId kTag = 1;
constexpr uint64_t kMembers = 2'000'000;
constexpr int kBits = 14;
constexpr index::ValueId kNobodys = 9;

bool IsFrequent(index::ValueId value) { return value % 100 == 0; }

FakeStatistics TestStatistics() {
  FakeStatistics statistics;
  statistics.member_count = kMembers;
  statistics.row_cardinality = [](SetRef row) -> absl::StatusOr<uint64_t> {
    const index::ValueId value = index::ValueOf(row.row);
    if (row.row == index::kKnownRow) return kMembers;
    if (value != index::kOwnValue) return value == kNobodys ? 0 : IsFrequent(value) ? 10'000 : 100;
    const index::Slot slot = index::SlotOf(row.row);
    return slot >= index::MagnitudeSlot(0) && slot < index::MagnitudeSlot(kBits) ? kMembers / 2 : 0;
  };
  statistics.values_with_rows = [](SourceRef) {
    std::vector<index::ValueId> frequent;
    for (index::ValueId value = 100; value <= 10'000; value += 100) frequent.push_back(value);
    return index::ValuesWithRows(std::move(frequent));
  };
  return statistics;
}

PlanOperand Value(index::ValueId value) {
  return PlanOperand(Row{index::RowRef{kTag, index::MakeRow(value, index::kMembershipSlot)}},
                     absl::StrCat("t = ", value));
}

PlanOperand Values(const std::vector<index::ValueId>& values) {
  AnyRow list{.source = kTag};
  for (const index::ValueId value : values)
    list.rows.push_back(index::MakeRow(value, index::kMembershipSlot));
  return PlanOperand(std::move(list), "t IN (…)");
}

PlanOperand Known() { return PlanOperand(Row{index::RowRef{kTag, index::kKnownRow}}, "HAS t"); }

template <typename... Operands>
PlanOperand And(Operands... operands) {
  return Join(AllOf{}, {std::move(operands)...});
}

PlannedProgram Planned(const PlanOperand& tree, const PlanOptions& options = {}) {
  absl::StatusOr<PlannedProgram> planned = Plan(tree, TestStatistics(), options);
  EXPECT_THAT(planned, IsOk());
  return *std::move(planned);
}

const ProgramNode& Root(const PlannedProgram& planned) {
  return planned.program.node(planned.program.roots()[0].node);
}

std::string Write(const ProgramDescription& node) {
  std::string text = node.text;
  for (const ProgramDescription& operand : node.operands) {
    absl::StrAppend(&text, &operand == &node.operands.front() ? "(" : "; ", Write(operand));
  }
  return node.operands.empty() ? text : text + ")";
}
std::string Explained(const PlanOperand& tree, const PlanOptions& options = {}) {
  return Write(DescribeProgram(Planned(tree, options), {}, kMembers));
}

TEST(DividedValues, AValueIsAComparisonWithItsId) {
  const PlannedProgram planned = Planned(Value(77));
  const ProgramNode& root = Root(planned);
  EXPECT_EQ(root.kind, NodeKind::kRange);
  EXPECT_EQ(root.low, 77);
  EXPECT_EQ(root.high, 77);
  EXPECT_EQ(root.rows.size(), kFirstSliceRow + kBits);
  for (const SetRef& row : planned.program.rows()) {
    EXPECT_EQ(index::ValueOf(row.row), index::kOwnValue);
  }
  EXPECT_EQ(Root(Planned(Value(77), kNoRewrites)).kind, NodeKind::kRow) << "which the row source answers";
  EXPECT_EQ(Root(Planned(Value(100))).kind, NodeKind::kRow);
  EXPECT_EQ(Root(Planned(Known())).kind, NodeKind::kRow);
}

TEST(DividedValues, ExplainKeepsTheClauseAndItsExactCount) {
  const ProgramDescription description = DescribeProgram(Planned(Not(Value(77))), {}, kMembers);
  EXPECT_EQ(description.text, "NOT t = 77");
  EXPECT_EQ(description.estimated_count, kMembers - 100);
}

TEST(DividedValues, FewValuesAreCompared) {
  EXPECT_EQ(Explained(Values({5, 6, 7})), "t IN (…)");
  EXPECT_EQ(Root(Planned(Values({5, 6, 7}))).high, 7);
  EXPECT_EQ(Explained(Values({3, 5, 6})), "ANY OF(2 values of t IN (…); 1 value of t IN (…))");
}

TEST(DividedValues, ManyAreLookedUp) {
  std::vector<index::ValueId> values;
  for (index::ValueId value = 1; value < 400; value += 3) values.push_back(value);
  const PlannedProgram planned = Planned(Values(values));
  EXPECT_EQ(Root(planned).kind, NodeKind::kNumberIn);
  EXPECT_EQ(Root(planned).numbers.intervals().size(), values.size());
  // 100, 199 … are asked with the others, which costs nothing.
  EXPECT_EQ(Explained(Values(values)), "t IN (…) (by slices)");
}

TEST(DividedValues, RowsThatAreThereAreReadBesideFewOthers) {
  EXPECT_EQ(Explained(Values({5, 100, 300})), "ANY OF(2 values of t IN (…); 1 value of t IN (…))");
  const PlannedProgram planned = Planned(Values({5, 100, 300}));
  ASSERT_EQ(Root(planned).operands.size(), 2u);
  EXPECT_EQ(planned.program.node(Root(planned).operands[0].node).kind, NodeKind::kAnyRow);
  EXPECT_EQ(planned.program.node(Root(planned).operands[1].node).kind, NodeKind::kRange);
  EXPECT_EQ(DescribeProgram(planned, {}, kMembers).operands[0].estimated_count, 20'000u);
  EXPECT_EQ(Root(Planned(Values({100, 300}))).kind, NodeKind::kAnyRow);
}

TEST(DividedValues, ListsAreNegatedAsAnyOther) {
  EXPECT_EQ(Explained(And(Known(), Not(Values({5, 100})))),
            "ALL OF(NOT 1 value of t IN (…); NOT 1 value of t IN (…); HAS t)");
}

// 300 values of 300 members have rows, 200 of 50 members haven't. By rows the 200 would cost less.
TEST(DividedValues, AListIsNotComplementedByWhatSlicesAloneKnow) {
  const auto cardinality_of = [](index::ValueId value) -> uint64_t { return value <= 300 ? 300 : 50; };
  FakeStatistics statistics;
  statistics.member_count = 100'000;
  statistics.row_cardinality = [&](SetRef row) -> absl::StatusOr<uint64_t> {
    if (index::ValueOf(row.row) != index::kOwnValue) return cardinality_of(index::ValueOf(row.row));
    return index::SlotOf(row.row) < index::MagnitudeSlot(9) ? 100'000 : 0;
  };
  statistics.visit_values = [&](SourceRef, const auto& visit) {
    for (index::ValueId value = 1; value <= 500; ++value) {
      if (!visit(index::MakeRow(value, index::kMembershipSlot), cardinality_of(value))) break;
    }
    return absl::OkStatus();
  };
  std::vector<index::ValueId> values(300);
  std::iota(values.begin(), values.end(), 1);
  const auto planned_kind = [&] { return Root(*Plan(Values(values), statistics)).kind; };
  EXPECT_EQ(planned_kind(), NodeKind::kAnd);
  statistics.values_with_rows = [&values](SourceRef) { return index::ValuesWithRows(values); };
  EXPECT_EQ(planned_kind(), NodeKind::kAnyRow);
}

TEST(DividedValues, ComesLastInAConjunctionThatOthersDecide) {
  EXPECT_EQ(Explained(And(Value(5), Value(100))), "ALL OF(t = 100; t = 5)");
}

TEST(DividedValues, EqualLeavesStayEqual) {
  EXPECT_EQ(Explained(Join(AnyOf{}, {And(Value(5), Value(100)), And(Value(5), Value(200))})),
            "ALL OF(ANY OF(t = 100; t = 200); t = 5)");
}

TEST(DividedValues, NobodysValueIsNobody) {
  EXPECT_EQ(Explained(Value(kNobodys)), "t = 9 (nobody)");
  EXPECT_EQ(Explained(Value(kNobodys), kNoRewrites), "t = 9");
}

TEST(DividedValues, OfATagWithoutSlicesTheRowSourceAnswers) {
  FakeStatistics statistics = TestStatistics();
  const auto all = statistics.row_cardinality;
  statistics.row_cardinality = [all](SetRef row) -> absl::StatusOr<uint64_t> {
    return index::ValueOf(row.row) == index::kOwnValue ? 0 : all(row);
  };
  const absl::StatusOr<PlannedProgram> planned = Plan(Value(5), statistics);
  ASSERT_THAT(planned, IsOk());
  EXPECT_EQ(Root(*planned).kind, NodeKind::kRow);
}

TEST(DividedValues, PassesTheStoresErrorOn) {
  FakeStatistics statistics = TestStatistics();
  statistics.values_with_rows = [](SourceRef) -> absl::StatusOr<index::ValuesWithRows> {
    return absl::DataLossError("the disk is gone");
  };
  EXPECT_EQ(Plan(Value(5), statistics).status(), absl::DataLossError("the disk is gone"));
}

TEST(DividedValues, TheNumberOfAQuestionIsItsOwn) {
  const auto planned = PlanWithNumber(Value(5), {kTag}, TestStatistics());
  ASSERT_THAT(planned, IsOk());
  EXPECT_NE(planned->number, planned->program.roots()[0].node);
  EXPECT_EQ(planned->program.node(planned->number).high, index::kMaxNumber);
}

TEST(DividedValues, ABatchAsksOnceForWhatItsQuestionsShare) {
  std::vector<PlanOperand> trees;
  for (const index::ValueId other : {100, 200, 300, 400}) trees.push_back(And(Not(Value(5)), Value(other)));
  const absl::StatusOr<PlannedBatch> planned = PlanBatch(trees, TestStatistics());
  ASSERT_THAT(planned, IsOk());
  size_t comparisons = 0;
  for (NodeIndex node = 0; node < planned->program.nodes().size(); ++node) {
    if (planned->program.node(node).kind != NodeKind::kRange) continue;
    ++comparisons;
    EXPECT_TRUE(planned->program.is_shared(node));
  }
  EXPECT_EQ(comparisons, 1u);
}

// The first ten of twenty members have value 1, which only the tag's single slice stores; none has value 6.
class OneValue : public testing::Test {
 protected:
  OneValue() : rows_(1) {
    Put({index::kEveryoneTag, index::kKnownRow}, 20);
    Put({kTag, index::kKnownRow}, 10);
    Put({kTag, index::MakeRow(index::kOwnValue, index::MagnitudeSlot(0))}, 10);
    Put({kTag, index::MakeRow(1, index::kMembershipSlot)}, 10);
    rows_.MarkComposed({kTag, index::MakeRow(1, index::kMembershipSlot)});
    rows_.MarkComposed({kTag, index::MakeRow(6, index::kMembershipSlot)});
  }
  void Put(index::RowRef row, uint32_t members) {
    index::Bitmap bitmap;
    for (uint32_t local = 0; local < members; ++local) bitmap.Add(local);
    rows_.Put(row, 0, bitmap);
  }
  uint64_t Count(const PlanOperand& tree, const PlanOptions& options) {
    FakeStatistics statistics;
    statistics.member_count = 20;
    statistics.row_cardinality = [&](SetRef row) -> absl::StatusOr<uint64_t> {
      return rows_.Cardinality(row.in_view());
    };
    statistics.values_with_rows = [&](SourceRef tag) { return rows_.FindValuesWithRows(tag.source); };
    const absl::StatusOr<PlannedProgram> planned = Plan(tree, statistics, options);
    EXPECT_THAT(planned, IsOk());
    oracle::MemorySource source(rows_);
    return ScanCount(oracle::JobOf(planned->program, source, 1), nullptr).value_or(~uint64_t{0});
  }

 private:
  oracle::MemoryRows rows_;
};

TEST_F(OneValue, MembersWithoutAValueAreInNone) {
  for (const PlanOptions& options : {PlanOptions{}, kNoRewrites}) {
    EXPECT_EQ(Count(Value(1), options), 10u);
    EXPECT_EQ(Count(Not(Value(1)), options), 10u);
    EXPECT_EQ(Count(And(Known(), Not(Value(1))), options), 0u);
    EXPECT_EQ(Count(Value(6), options), 0u);
    EXPECT_EQ(Count(Not(Value(6)), options), 20u);
    EXPECT_EQ(Count(Values({1, 6}), options), 10u);
    EXPECT_EQ(Count(And(Value(1), Value(6)), options), 0u);
  }
}

}  // namespace
}  // namespace muster::query
