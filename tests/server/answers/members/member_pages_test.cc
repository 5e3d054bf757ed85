#include "server/answers/members/member_pages.h"

#include "clients/cpp/member_ids.h"
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
  EXPECT_THAT(client::IdsOf(first->ids()), ElementsAre("a", "b", "c"));
  EXPECT_EQ(first->total_count(), 4u);
  Load({{"e", "x", "20", "1"}, {"d", "", "1", ""}});
  request.set_page_token(first->next_page_token());
  const auto last = Answer(&ListMembers, request);
  ASSERT_THAT(last, IsOk());
  EXPECT_THAT(client::IdsOf(last->ids()), ElementsAre("d"));
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

// Clients take messages of 4 MiB without being told.
TEST_F(MemberPagesTest, PagesOfLongIdsEndEarly) {
  index::TextRecords records;
  for (int i = 0; i < 9'000; ++i)
    records.push_back({absl::StrCat(std::string(470, 'x'), i), "far", "9", "0"});
  Load(records);
  v1::ListMembersRequest request = Listing("age = 9", 10'000);
  std::vector<std::string> ids;
  int pages = 0;
  do {
    const auto page = Answer(&ListMembers, request);
    ASSERT_THAT(page, IsOk());
    EXPECT_LE(page->ByteSizeLong(), size_t{4} << 20);
    EXPECT_EQ(page->total_count(), 9'000u);
    for (const std::string_view id : client::IdsOf(page->ids())) ids.emplace_back(id);
    request.set_page_token(page->next_page_token());
    ++pages;
  } while (!request.page_token().empty() && pages < 10);
  EXPECT_EQ(pages, 2);
  ASSERT_EQ(ids.size(), 9'000u);
  for (size_t i = 0; i < ids.size(); ++i) ASSERT_EQ(ids[i], records[i][0]);
}

}  // namespace
}  // namespace muster::server
