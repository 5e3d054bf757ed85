#include "server/answers/members/member_pages.h"

#include "tests/server/answers/answers_fixture.h"

namespace muster::server {
namespace {

using ::testing::ElementsAre;

class MemberPagesTest : public AnswersFixture {
 protected:
  void SetUp() override { LoadFour(); }
  static v1::ListMembersRequest Listing(const std::string& text, int page_size) {
    v1::ListMembersRequest request;
    request.set_population("p");
    request.mutable_expression()->set_text(text);
    request.set_page_size(page_size);
    return request;
  }
};

TEST_F(MemberPagesTest, ListMembersGoesOnWhereThePageEndedOnItsSnapshot) {
  v1::ListMembersRequest request = Listing("age >= 30", 3);
  const auto first = Answer(&ListMembers, request);
  ASSERT_THAT(first, IsOk());
  EXPECT_THAT(first->member_ids(), ElementsAre("a", "b", "c"));
  EXPECT_EQ(first->total_count(), 4u);
  Load({{"e", "x", "20", "1"}, {"d", "", "1", ""}});
  request.set_page_token(first->next_page_token());
  const auto last = Answer(&ListMembers, request);
  ASSERT_THAT(last, IsOk());
  EXPECT_THAT(last->member_ids(), ElementsAre("d"));
  EXPECT_EQ(last->total_count(), 4u);
  EXPECT_EQ(last->next_page_token(), "");
}

TEST_F(MemberPagesTest, ListMembersRefusesATokenOfAnotherRequest) {
  const auto first = Answer(&ListMembers, Listing("EVERYONE", 1));
  ASSERT_THAT(first, IsOk());
  v1::ListMembersRequest other = Listing("vip", 1);
  other.set_page_token(first->next_page_token());
  EXPECT_EQ(ReasonOf(Answer(&ListMembers, other).status()), "BAD_PAGE_TOKEN");
  EXPECT_EQ(FieldOf(Answer(&ListMembers, Listing("vip", -1)).status()), "page_size");
}

}  // namespace
}  // namespace muster::server
