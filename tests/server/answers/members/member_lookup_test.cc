#include "server/answers/members/member_lookup.h"

#include "server/answers/question_answers.h"
#include "tests/server/answers/answers_fixture.h"

namespace muster::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class MemberLookupTest : public AnswersFixture {
 protected:
  void SetUp() override { LoadFour(); }
  static v1::LookupMemberRequest Why(const std::string& member, const std::vector<std::string>& texts) {
    v1::LookupMemberRequest request;
    request.set_population("p");
    request.set_member_id(member);
    for (const std::string& text : texts) request.add_expressions()->set_text(text);
    return request;
  }
};

TEST_F(MemberLookupTest, LookupMemberSaysWhatIsKnownAndWhatIsNot) {
  v1::LookupMemberRequest request;
  request.set_population("p");
  request.set_member_id("c");
  const auto answer = Answer(&LookupMember, request);
  ASSERT_THAT(answer, IsOk());
  ASSERT_THAT(answer->tags(), SizeIs(2));
  EXPECT_EQ(answer->tags(0).tag(), "age");
  EXPECT_EQ(answer->tags(0).values(0).text(), "50");
  EXPECT_EQ(answer->tags(1).values(0).text(), "x");
  ASSERT_THAT(answer->unknown_tags(), SizeIs(1));
  EXPECT_EQ(answer->unknown_tags(0), "vip");
  EXPECT_EQ(answer->first_date(), "2026-11-22");
}

TEST_F(MemberLookupTest, LookupMemberAsOfADateSaysWhatWasKnownThen) {
  index::LoadSpec spec;
  spec.population = "p";
  spec.tags = {index::TagSpec("height", index::TagKind::kNumber)};
  spec.business_date = absl::CivilDay(2026, 11, 1);
  ASSERT_THAT(index::LoadText(*database_, spec, {{"a", "170"}}), IsOk());
  spec.business_date = absl::CivilDay(2026, 11, 10);
  ASSERT_THAT(index::LoadText(*database_, spec, {{"a", "171"}}), IsOk());
  v1::LookupMemberRequest request;
  request.set_population("p");
  request.set_member_id("a");
  EXPECT_EQ(Answer(&LookupMember, request)->tags(2).values(0).text(), "171");
  request.set_as_of("2026-11-05");
  const auto then = Answer(&LookupMember, request);
  ASSERT_THAT(then, IsOk());
  ASSERT_THAT(then->tags(), SizeIs(1)) << "the other tags are younger";
  EXPECT_EQ(then->tags(0).tag(), "height");
  EXPECT_EQ(then->tags(0).values(0).text(), "170");
  EXPECT_EQ(then->first_date(), "2026-11-01");
}

TEST_F(MemberLookupTest, LookupMemberNamesWhoIsNotThere) {
  v1::LookupMemberRequest request;
  request.set_population("p");
  EXPECT_EQ(FieldOf(Answer(&LookupMember, request).status()), "member_id");
  request.set_member_id("nobody");
  const absl::Status missing = Answer(&LookupMember, request).status();
  EXPECT_THAT(missing, StatusIs(absl::StatusCode::kNotFound, HasSubstr("no member 'nobody'")));
  EXPECT_EQ(ReasonOf(missing), "UNKNOWN_MEMBER");
  EXPECT_EQ(testing::DetailsOf(ToRpcStatus(missing)).info.metadata().at("value"), "nobody");
}

TEST_F(MemberLookupTest, WhySaysOfEachClauseWhetherItHolds) {
  const auto answer = Answer(&LookupMember, Why("c", {"city = 'x' AND NOT vip", "age BETWEEN 10 AND 20"}));
  ASSERT_THAT(answer, IsOk());
  EXPECT_THAT(answer->tags(), IsEmpty());
  EXPECT_EQ(answer->first_date(), "2026-11-22");
  ASSERT_THAT(answer->why(), SizeIs(2));
  const v1::WhyAnswer& why = answer->why(0);
  EXPECT_TRUE(why.selected());
  EXPECT_TRUE(why.unknown());
  EXPECT_EQ(why.canonical(), "NOT vip AND city = 'x'");
  EXPECT_EQ(why.expression(), "city = 'x' AND NOT vip") << "in the order of the nodes";
  ASSERT_THAT(why.nodes(), SizeIs(4));
  EXPECT_EQ(why.nodes(0).text(), "AND");
  EXPECT_EQ(why.nodes(0).operand_count(), 2u);
  EXPECT_EQ(why.nodes(0).reached(), 2u);
  EXPECT_TRUE(why.nodes(1).selected());
  EXPECT_EQ(why.nodes(1).tags(0).values(0).text(), "x");
  EXPECT_TRUE(why.nodes(2).selected());
  EXPECT_TRUE(why.nodes(2).unknown());
  EXPECT_FALSE(why.nodes(3).selected());
  EXPECT_TRUE(why.nodes(3).unknown());
  EXPECT_THAT(why.nodes(3).unknown_tags(), ElementsAre("vip"));
  EXPECT_EQ(why.nodes(3).offset(), 19);
  EXPECT_EQ(why.nodes(3).length(), 3);
  EXPECT_FALSE(answer->why(1).selected());
  EXPECT_FALSE(answer->why(1).unknown());
}

// The bucket is the first example of rule 13c.
TEST_F(MemberLookupTest, WhyNamesTheMembersBucket) {
  const auto answer = Answer(&LookupMember, Why("a", {"BUCKET('x', 0, 3963)"}));
  ASSERT_THAT(answer, IsOk());
  EXPECT_FALSE(answer->why(0).selected());
  EXPECT_EQ(answer->why(0).nodes(0).fact(), "is in bucket 3964");
}

TEST_F(MemberLookupTest, WhyTakesTreesAndNamesTheirNodes) {
  v1::LookupMemberRequest request = Why("a", {});
  v1::ExpressionList& all = *request.add_expressions()->mutable_tree()->mutable_all_of();
  all.add_operands()->mutable_flag()->set_tag("vip");
  v1::Like& like = *all.add_operands()->mutable_like();
  like.set_tag("city");
  like.set_pattern("%");
  const auto answer = Answer(&LookupMember, request);
  ASSERT_THAT(answer, IsOk());
  EXPECT_TRUE(answer->why(0).selected());
  EXPECT_EQ(answer->why(0).nodes(2).path(), "expressions[0].tree.all_of.operands[1].like");
  EXPECT_EQ(answer->why(0).nodes(2).offset(), -1);
}

TEST_F(MemberLookupTest, WhyAnswersOfAReceiptsSnapshot) {
  v1::CountMembersRequest count;
  count.set_population("p");
  count.mutable_expression()->set_text("vip");
  const auto before = Answer(&CountMembers, count);
  ASSERT_THAT(before, IsOk());
  Load({{"b", "y", "40", "1"}, {"new", "y", "40", "1"}});
  EXPECT_TRUE(Answer(&LookupMember, Why("b", {"vip"}))->why(0).selected());
  v1::LookupMemberRequest request = Why("b", {"vip"});
  request.set_snapshot(before->receipt().snapshot());
  EXPECT_FALSE(Answer(&LookupMember, request)->why(0).selected());
  request.set_member_id("new");
  EXPECT_EQ(ReasonOf(Answer(&LookupMember, request).status()), "UNKNOWN_MEMBER");
}

TEST_F(MemberLookupTest, WhyRefusesWithReasonAndField) {
  const absl::Status wrong = Answer(&LookupMember, Why("a", {"vip", "cty = 'x'"})).status();
  EXPECT_EQ(ReasonOf(wrong), "UNKNOWN_TAG");
  EXPECT_EQ(FieldOf(wrong), "expressions[1].text:1:1");
  EXPECT_EQ(ReasonOf(Answer(&LookupMember, Why("nobody", {"vip"})).status()), "UNKNOWN_MEMBER");
  v1::LookupMemberRequest early = Why("a", {"vip"});
  early.set_as_of("2026-01-01");
  EXPECT_EQ(ReasonOf(Answer(&LookupMember, early).status()), "BEFORE_FIRST_VERSION");
  v1::LookupMemberRequest nothing = Why("a", {});
  nothing.add_expressions();
  EXPECT_EQ(FieldOf(Answer(&LookupMember, nothing).status()), "expressions[0]");
  v1::LookupMemberRequest profile = Why("a", {});
  profile.set_today("2026-11-22");
  EXPECT_EQ(FieldOf(Answer(&LookupMember, profile).status()), "today");
  EXPECT_THAT(Answer(&LookupMember, Why("a", std::vector<std::string>(100, "vip"))), IsOk());
  const absl::Status many = Answer(&LookupMember, Why("a", std::vector<std::string>(101, "vip"))).status();
  EXPECT_EQ(ReasonOf(many), "LIMIT");
  EXPECT_EQ(FieldOf(many), "expressions");
}

}  // namespace
}  // namespace muster::server
