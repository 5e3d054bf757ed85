#include "server/answers/question_answers.h"

#include "tests/server/answers/answers_fixture.h"

namespace muster::server {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

class QuestionAnswersTest : public AnswersFixture {
 protected:
  void SetUp() override { LoadFour(); }
  static v1::CountMembersRequest Question(const std::string& text) {
    v1::CountMembersRequest request;
    request.set_population("p");
    request.mutable_expression()->set_text(text);
    return request;
  }
};

TEST_F(QuestionAnswersTest, CountMembersCountsAndSaysWhatItRestsOn) {
  const auto answer = Answer(&CountMembers, Question("city = 'x' AND vip"));
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->count(), 1u);
  EXPECT_EQ(answer->population_member_count(), 4u);
  ASSERT_THAT(answer->unknown(), SizeIs(2));
  EXPECT_EQ(answer->unknown(0).tag(), "city");
  EXPECT_EQ(answer->unknown(0).member_count(), 1u);
  EXPECT_EQ(answer->receipt().expression(), "city = 'x' AND vip");
  EXPECT_EQ(answer->receipt().today(), "2026-11-22");
  EXPECT_EQ(answer->receipt().count(), 1u);
}

TEST_F(QuestionAnswersTest, CountMembersCountsATreeAndWarns) {
  v1::CountMembersRequest request;
  request.set_population("p");
  v1::Comparison& city = *request.mutable_expression()->mutable_tree()->mutable_comparison();
  city.set_tag("city");
  city.set_operator_(v1::COMPARISON_OPERATOR_EQUAL);
  city.mutable_literal()->set_text("z");
  const auto answer = Answer(&CountMembers, request);
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->count(), 0u);
  ASSERT_THAT(answer->warnings(), SizeIs(1));
  EXPECT_EQ(answer->warnings(0).path(), "expression.tree.comparison");
}

TEST_F(QuestionAnswersTest, CountMembersGivesTheReceiptsNumberAfterALaterLoad) {
  const auto before = Answer(&CountMembers, Question("vip"));
  ASSERT_THAT(before, IsOk());
  Load({{"e", "x", "20", "1"}});
  v1::CountMembersRequest again = Question("vip");
  again.set_snapshot(before->receipt().snapshot());
  EXPECT_EQ(Answer(&CountMembers, again)->count(), 2u);
  EXPECT_EQ(Answer(&CountMembers, Question("vip"))->count(), 3u);
}

TEST_F(QuestionAnswersTest, CountMembersRefusesWithReasonAndField) {
  const absl::Status wrong = Answer(&CountMembers, Question("cty = 'x'")).status();
  EXPECT_THAT(wrong, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(ReasonOf(wrong), "UNKNOWN_TAG");
  EXPECT_EQ(FieldOf(wrong), "expression.text:1:1");
  EXPECT_EQ(FieldOf(Answer(&CountMembers, v1::CountMembersRequest()).status()), "population");
  v1::CountMembersRequest nobody = Question("vip");
  nobody.set_population("q");
  EXPECT_EQ(ReasonOf(Answer(&CountMembers, nobody).status()), "UNKNOWN_POPULATION");
  v1::CountMembersRequest nothing;
  nothing.set_population("p");
  EXPECT_EQ(FieldOf(Answer(&CountMembers, nothing).status()), "expression");
}

TEST_F(QuestionAnswersTest, CountMembersStopsWhereItsBudgetEnds) {
  WorkBudget small(nullptr, {.values = 0});
  EXPECT_THAT(Answer(&CountMembers, Question("city = 'x'"), small), Not(IsOk()));
  EXPECT_TRUE(small.ran_out());
  WorkBudget unwanted([] { return absl::CancelledError("gone"); });
  EXPECT_THAT(Answer(&CountMembers, Question("city = 'x'"), unwanted),
              StatusIs(absl::StatusCode::kCancelled));
  EXPECT_FALSE(unwanted.ran_out());
}

TEST_F(QuestionAnswersTest, ExplainExpressionCountsAndShowsThePlan) {
  v1::ExplainExpressionRequest request;
  request.set_population("p");
  request.mutable_expression()->set_text("vip AND city IN ('x', 'y')");
  const auto answer = Answer(&ExplainExpression, request);
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->count(), 1u);
  EXPECT_EQ(answer->canonical(), "city IN ('x', 'y') AND vip");
  EXPECT_EQ(answer->plan().description(), "ALL OF");
  EXPECT_EQ(answer->plan().actual_count(), 1u);
  EXPECT_THAT(answer->plan().operands(), SizeIs(2));
  request.mutable_expression()->set_text("vip AND");
  EXPECT_EQ(ReasonOf(Answer(&ExplainExpression, request).status()), "SYNTAX");
}

}  // namespace
}  // namespace muster::server
