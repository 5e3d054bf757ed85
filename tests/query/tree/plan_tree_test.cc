// The tree as a value type, and the functions that build it.
#include "query/tree/plan_tree.h"

#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "query/tree/number_intervals.h"

namespace muster::query {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr index::RowId kRow = index::MakeRow(7, index::kMembershipSlot);

PlanOperand Leaf(std::string label = "a") { return PlanOperand(Row{{1, 2, kRow}}, std::move(label)); }

TEST(PlanTree, ACopyIsItsOwnTree) {
  const PlanOperand tree = Join(AllOf{}, {Leaf(), Not(Leaf("b"))});
  PlanOperand copy = tree;
  copy.node->operands[1].node->label = "changed";
  copy.node->operands[1].node->As<Row>()->row.view = 9;
  EXPECT_EQ(tree.node->operands[1].node->label, "b");
  EXPECT_EQ(tree.node->operands[1].node->As<Row>()->row.view, 1u);
  EXPECT_TRUE(copy.node->operands[1].negated);
  EXPECT_EQ(PlanOperand(PlanOperand()).node, nullptr);
}

TEST(PlanTree, TwoNegationsCancel) {
  EXPECT_TRUE(Not(Leaf()).negated);
  EXPECT_FALSE(Not(Not(Leaf())).negated);
  EXPECT_TRUE(Not(Leaf()).node->Is<Row>()) << "the node is the same";
}

TEST(PlanTree, KindsAreEqualByTheirOwnFields) {
  const SetKind range = NumberRange{.number = {SourceRef(1, 2)}, .low = 3, .high = 4};
  EXPECT_EQ(range, SetKind(NumberRange{.number = {SourceRef(1, 2)}, .low = 3, .high = 4}));
  EXPECT_NE(range, SetKind(NumberRange{.number = {SourceRef(0, 2)}, .low = 3, .high = 4})) << "another view";
  EXPECT_NE(SetKind(AtLeast{1}), SetKind(AtLeast{2}));
  EXPECT_NE(SetKind(AllOf{}), SetKind(AnyOf{}));
}

TEST(PlanTree, FewRowsAreASimplerLeaf) {
  const SourceRef source(1, 2);
  EXPECT_EQ(AnyOfRows(source, {}), SetKind(Nobody{}));
  EXPECT_EQ(AnyOfRows(source, {kRow}), SetKind(Row{{1, 2, kRow}}));
  EXPECT_EQ(AnyOfRows(source, {kRow, kRow + 256}), SetKind(AnyRow{source, {kRow, kRow + 256}}));
}

TEST(PlanTree, OperandsAreVisitedBeforeTheirUsers) {
  PlanOperand tree = Join(AnyOf{}, {Join(AllOf{}, {Leaf("a"), Leaf("b")}), Leaf("c")});
  std::string order;
  VisitPostOrder(tree, [&](PlanOperand& operand) {
    order += operand.node->operands.empty() ? operand.node->label : "+";
  });
  EXPECT_EQ(order, "ab+c+");
}

TEST(NumberIntervals, MergesWhatOverlapsOrTouches) {
  EXPECT_THAT(Merged({}), IsEmpty());
  EXPECT_THAT(Merged({{8, 9}, {1, 3}, {4, 4}, {2, 2}}),
              ElementsAre(NumberInterval{1, 4}, NumberInterval{8, 9}));
  EXPECT_THAT(
      Merged({{5, index::kMaxNumber}, {index::kMaxNumber, index::kMaxNumber}, {index::kMinNumber, 3}}),
      ElementsAre(NumberInterval{index::kMinNumber, 3}, NumberInterval{5, index::kMaxNumber}));
}

}  // namespace
}  // namespace muster::query
