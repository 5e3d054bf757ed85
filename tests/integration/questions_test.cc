// CountMembers, ExplainExpression, LookupMember.
#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/integration/server_fixture.h"
#include "tests/matchers/status.h"

namespace muster::server {
namespace {

using ::muster::testing::DetailsOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class QuestionsTest : public ServerFixture {};

TEST_F(QuestionsTest, TextAndTreeCountTheSame) {
  LoadCustomers(1'000);
  EXPECT_EQ(CountOf("city = '上海' AND age < 50"), 167);
  v1::CountMembersRequest request = Question("");
  v1::ExpressionList& all = *request.mutable_expression()->mutable_tree()->mutable_all_of();
  v1::Comparison& city = *all.add_operands()->mutable_comparison();
  city.set_tag("city");
  city.set_operator_(v1::COMPARISON_OPERATOR_EQUAL);
  city.mutable_literal()->set_text("上海");
  v1::Comparison& age = *all.add_operands()->mutable_comparison();
  age.set_tag("age");
  age.set_operator_(v1::COMPARISON_OPERATOR_LESS);
  age.mutable_literal()->set_number("50");
  v1::CountMembersResponse response;
  ASSERT_THAT(Ask(request, response), IsOk());
  EXPECT_EQ(response.count(), 167u);
  v1::CountMembersResponse of_text;
  ASSERT_THAT(Ask(Question("age < 50 AND city = '上海'"), of_text), IsOk());
  EXPECT_EQ(response.receipt().expression(), of_text.receipt().expression());
}

TEST_F(QuestionsTest, AnAnswerSaysWhatItRestsOn) {
  LoadCustomers(100);
  v1::CountMembersRequest request = Question("vip OR city = 'Osla'");
  request.set_today("2024-02-29");
  v1::CountMembersResponse response;
  ASSERT_THAT(Ask(request, response), IsOk());
  EXPECT_EQ(response.count(), 10u);
  EXPECT_EQ(response.population_member_count(), 100u);
  ASSERT_EQ(response.unknown_size(), 2);
  EXPECT_EQ(response.unknown(0).tag(), "city");
  EXPECT_EQ(response.unknown(0).member_count(), 0u);
  EXPECT_EQ(response.unknown(1).member_count(), 90u);
  ASSERT_EQ(response.warnings_size(), 1);
  EXPECT_THAT(response.warnings(0).message(), HasSubstr("Oslo"));
  EXPECT_GE(response.warnings(0).offset(), 7);
  EXPECT_EQ(response.receipt().today(), "2024-02-29");
  EXPECT_EQ(response.receipt().count(), 10u);
  EXPECT_NE(response.receipt().snapshot(), "");
}

TEST_F(QuestionsTest, AReceiptGivesTheSameNumberAfterLaterLoadsAndARestart) {
  LoadCustomers(100);
  v1::CountMembersResponse first;
  ASSERT_THAT(Ask(Question("NOT vip"), first), IsOk());
  EXPECT_EQ(first.count(), 90u);
  for (int load = 0; load < 3; ++load) {
    MustLoad(Spec({Tag("vip", v1::TAG_KIND_FLAG)}),
             {{absl::StrCat("m", 1 + load), "true"}, {absl::StrCat("new", load), ""}});
  }
  EXPECT_EQ(CountOf("NOT vip"), 90);  // three more vips, three more members
  EXPECT_EQ(CountOf("EVERYONE"), 103);
  EXPECT_EQ(CountOf("vip"), 13);
  for (int round = 0; round < 2; ++round) {
    v1::CountMembersRequest again = Question("NOT vip");
    again.set_snapshot(first.receipt().snapshot());
    v1::CountMembersResponse answer;
    const grpc::Status status = Ask(again, answer);
    ASSERT_THAT(status, IsOk());
    EXPECT_EQ(answer.count(), 90u);
    EXPECT_EQ(answer.population_member_count(), 100u);
    EXPECT_EQ(answer.receipt().today(), first.receipt().today());
    EXPECT_EQ(answer.receipt().snapshot(), first.receipt().snapshot());
    StopServer();
    StartServer();
  }
}

TEST_F(QuestionsTest, AReceiptKeepsItsDay) {
  v1::LoadTag seen = Tag("seen", v1::TAG_KIND_DATE);
  MustLoad(Spec({seen}), {{"a", "2024-03-01"}, {"b", "2024-02-01"}});
  v1::CountMembersRequest request = Question("seen >= TODAY - 1 DAY");
  request.set_today("2024-03-02");
  v1::CountMembersResponse response;
  ASSERT_THAT(Ask(request, response), IsOk());
  EXPECT_EQ(response.count(), 1u);
  request.clear_today();
  request.set_snapshot(response.receipt().snapshot());
  v1::CountMembersResponse again;
  ASSERT_THAT(Ask(request, again), IsOk());
  EXPECT_EQ(again.count(), 1u);
  EXPECT_EQ(again.receipt().today(), "2024-03-02");
}

TEST_F(QuestionsTest, EveryReasonOfAWrongQuestion) {
  LoadCustomers(10);
  const auto refused = [this](const v1::CountMembersRequest& request) {
    v1::CountMembersResponse response;
    return Ask(request, response);
  };
  const auto invalid = grpc::StatusCode::INVALID_ARGUMENT;
  ExpectRefused(refused(Question("city = ")), invalid, "SYNTAX");
  ExpectRefused(refused(Question("citty = 'a'")), invalid, "UNKNOWN_TAG");
  ExpectRefused(refused(Question("age = 'young'")), invalid, "WRONG_TYPE");
  ExpectRefused(refused(Question(std::string(300, '(') + "vip" + std::string(300, ')'))), invalid, "LIMIT");
  ExpectRefused(refused(Question("SEGMENT 'loyal'")), invalid, "UNKNOWN_SEGMENT");
  ExpectRefused(refused(Question("LIST 'invited'")), invalid, "UNKNOWN_LIST");
  ExpectRefused(refused(Question("vip AS OF 2024-01-01")), invalid, "BEFORE_FIRST_VERSION");
  v1::CountMembersRequest elsewhere = Question("vip");
  elsewhere.set_population("q");
  ExpectRefused(refused(elsewhere), grpc::StatusCode::NOT_FOUND, "UNKNOWN_POPULATION");
  v1::CountMembersRequest nothing = Question("");
  nothing.clear_expression();
  ExpectRefused(refused(nothing), invalid, "BAD_REQUEST");
  v1::CountMembersRequest no_day = Question("vip");
  no_day.set_today("2023-02-29");
  ExpectRefused(refused(no_day), invalid, "BAD_REQUEST");
  v1::CountMembersRequest no_receipt = Question("vip");
  no_receipt.set_snapshot("nonsense");
  ExpectRefused(refused(no_receipt), invalid, "BAD_REQUEST");
  ExpectRefused(refused(Question("")), invalid, "SYNTAX");
}

TEST_F(QuestionsTest, ProblemsAreListedWithTheirPlaces) {
  LoadCustomers(10);
  v1::CountMembersResponse response;
  const auto details = DetailsOf(Ask(Question("citty = 'Oslo'\n  AND age = 'x'"), response));
  ASSERT_EQ(details.bad.field_violations_size(), 2);
  EXPECT_EQ(details.bad.field_violations(0).field(), "expression.text:1:1");
  EXPECT_THAT(details.bad.field_violations(0).description(), HasSubstr("city"));
  EXPECT_THAT(details.bad.field_violations(1).field(), HasSubstr("expression.text:2:"));
}

TEST_F(QuestionsTest, ATreeThatBindsWronglyNamesTheNode) {
  LoadCustomers(10);
  v1::CountMembersRequest request = Question("");
  request.mutable_expression()->mutable_tree()->mutable_flag()->set_tag("vipp");
  v1::CountMembersResponse response;
  const grpc::Status status = Ask(request, response);
  ExpectRefused(status, grpc::StatusCode::INVALID_ARGUMENT, "UNKNOWN_TAG");
  EXPECT_EQ(DetailsOf(status).bad.field_violations(0).field(), "expression.tree.flag");
}

TEST_F(QuestionsTest, AnExplanationSaysHowItWasUnderstoodAndWhatItCost) {
  LoadCustomers(1'000);
  v1::ExplainExpressionRequest request;
  request.set_population("p");
  request.mutable_expression()->set_text("vip and age >= 50 and not city = 'Oslo'");
  v1::ExplainExpressionResponse response;
  grpc::ClientContext context;
  const grpc::Status status = queries_->ExplainExpression(&context, request, &response);
  ASSERT_THAT(status, IsOk());
  EXPECT_EQ(static_cast<int64_t>(response.count()), CountOf(request.expression().text()));
  EXPECT_THAT(response.canonical(), HasSubstr("NOT city = 'Oslo'"));
  EXPECT_FALSE(response.plan().description().empty());
  EXPECT_EQ(response.plan().actual_count(), response.count());
  EXPECT_GE(response.plan().operands_size(), 2);
  EXPECT_EQ(response.chunks_scanned() + response.chunks_skipped() > 0, true);
}

TEST_F(QuestionsTest, AnExplanationOfADeepExpressionCanBeReadByClients) {
  LoadCustomers(100);
  std::string text = "vip";
  for (int depth = 1; depth < 150; ++depth) {
    text = absl::StrCat(depth % 2 == 0 ? "vip AND (" : "age = ",
                        depth % 2 == 0 ? "" : absl::StrCat(depth, " OR ("), text, ")");
  }
  v1::ExplainExpressionRequest request;
  request.set_population("p");
  request.mutable_expression()->set_text(text);
  v1::ExplainExpressionResponse response;
  grpc::ClientContext context;
  const grpc::Status status = queries_->ExplainExpression(&context, request, &response);
  ASSERT_THAT(status, IsOk());
  EXPECT_EQ(static_cast<int64_t>(response.count()), CountOf(text));
  int depth = 1;
  for (const v1::PlanNode* node = &response.plan(); node->operands_size() > 0; ++depth) {
    const auto& operands = node->operands();
    node = &*std::max_element(
        operands.begin(), operands.end(),
        [](const v1::PlanNode& a, const v1::PlanNode& b) { return a.ByteSizeLong() < b.ByteSizeLong(); });
  }
  EXPECT_LE(depth, 90);
}

TEST_F(QuestionsTest, AnExpressionIsReadWithoutBeingCounted) {
  LoadCustomers(3);
  v1::ParseExpressionRequest request;
  request.set_population("p");
  request.mutable_expression()->set_text("not (vip) and cty = 'Oslo'");
  v1::ParseExpressionResponse response;
  grpc::ClientContext context;
  ASSERT_THAT(queries_->ParseExpression(&context, request, &response), IsOk());
  EXPECT_EQ(response.text(), "NOT vip AND cty = 'Oslo'");
  ASSERT_EQ(response.problems_size(), 1);
  EXPECT_EQ(response.problems(0).problem().offset(), 14);
  request.set_population("q");
  grpc::ClientContext other_context;
  ExpectRefused(queries_->ParseExpression(&other_context, request, &response), grpc::StatusCode::NOT_FOUND,
                "UNKNOWN_POPULATION");
}

TEST_F(QuestionsTest, AMemberIsLookedUp) {
  LoadCustomers(21);
  v1::LookupMemberRequest request;
  request.set_population("p");
  request.set_member_id("m20");
  v1::LookupMemberResponse response;
  grpc::ClientContext context;
  const grpc::Status status = queries_->LookupMember(&context, request, &response);
  ASSERT_THAT(status, IsOk());
  EXPECT_EQ(response.member_id(), "m20");
  std::vector<std::string> known;
  for (const v1::MemberTag& tag : response.tags()) {
    ASSERT_EQ(tag.values_size(), 1);
    known.push_back(absl::StrCat(tag.tag(), "=", tag.values(0).text()));
  }
  EXPECT_THAT(known, ElementsAre("age=20", "city=Oslo", "vip=true"));
  EXPECT_EQ(response.first_date().size(), 10u);
  request.set_member_id("m1");
  v1::LookupMemberResponse other;
  grpc::ClientContext other_context;
  ASSERT_THAT(queries_->LookupMember(&other_context, request, &other), IsOk());
  EXPECT_THAT(other.unknown_tags(), ElementsAre("vip"));
}

TEST_F(QuestionsTest, AMemberThatIsNotThereIsNamed) {
  LoadCustomers(3);
  v1::LookupMemberRequest request;
  request.set_population("p");
  request.set_member_id("M1");
  v1::LookupMemberResponse response;
  grpc::ClientContext context;
  const grpc::Status status = queries_->LookupMember(&context, request, &response);
  ExpectRefused(status, grpc::StatusCode::NOT_FOUND, "UNKNOWN_MEMBER");
  EXPECT_THAT(status.error_message(), HasSubstr("'M1'"));
  EXPECT_EQ(testing::DetailsOf(status).info.metadata().at("value"), "M1");
  request.clear_member_id();
  grpc::ClientContext empty_context;
  ExpectRefused(queries_->LookupMember(&empty_context, request, &response),
                grpc::StatusCode::INVALID_ARGUMENT, "BAD_REQUEST");
}

}  // namespace
}  // namespace muster::server
