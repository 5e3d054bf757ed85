#include "server/answers/members/member_listing.h"

#include "absl/strings/str_cat.h"
#include "tests/server/answers/answers_fixture.h"

namespace muster::server {
namespace {

using ::testing::IsEmpty;

class MemberListingTest : public AnswersFixture {
 protected:
  static constexpr int kMembers = 1'000;

  void SetUp() override {
    index::TextRecords records;
    for (int i = 0; i < kMembers; ++i) records.push_back({absl::StrCat("m", i), "x", "1", "1"});
    Load(records);
  }
  static v1::StreamMembersRequest Listing(const std::string& text, uint64_t limit = 0) {
    v1::StreamMembersRequest request;
    request.set_population("p");
    request.mutable_expression()->set_text(text);
    request.set_limit(limit);
    return request;
  }
  // All ids of the listing, in messages of that portion.
  std::vector<std::string> Rest(MemberListing& listing, const ListingPortion& portion, int* messages) {
    std::vector<std::string> ids;
    for (*messages = 0;; ++*messages) {
      v1::StreamMembersResponse message;
      EXPECT_THAT(listing.Continue(portion, WorkBudget::Unlimited(), message), IsOk());
      if (message.member_ids().empty()) return ids;
      ids.insert(ids.end(), message.member_ids().begin(), message.member_ids().end());
    }
  }
};

TEST_F(MemberListingTest, StreamMembersListsEverybodyInAnyPortion) {
  std::vector<std::string> all;
  for (int i = 0; i < kMembers; ++i) all.push_back(absl::StrCat("m", i));
  for (const ListingPortion& portion :
       {ListingPortion{65'536, 262'144}, {7, 262'144}, {65'536, 1}, {300, 10'000}, {1, 1}}) {
    MemberListing listing;
    v1::StreamMembersResponse first;
    ASSERT_THAT(listing.Begin(context_, Listing("vip"), Call(), first), IsOk());
    EXPECT_EQ(first.total_count(), 1'000u);
    EXPECT_EQ(first.receipt().count(), 1'000u);
    EXPECT_THAT(first.member_ids(), IsEmpty());
    int messages = 0;
    EXPECT_EQ(Rest(listing, portion, &messages), all);
    EXPECT_GE(messages, portion.bytes == 1 ? kMembers : 1);
  }
}

TEST_F(MemberListingTest, StreamMembersStaysOnItsSnapshotAndWithinItsLimit) {
  MemberListing listing;
  v1::StreamMembersResponse first;
  ASSERT_THAT(listing.Begin(context_, Listing("age = 1", 10), Call(), first), IsOk());
  EXPECT_EQ(first.total_count(), 1'000u);
  Load({{"m3", "x", "2", "1"}});
  int messages = 0;
  const std::vector<std::string> ids = Rest(listing, {4, 1'000}, &messages);
  ASSERT_EQ(ids.size(), 10u);
  EXPECT_EQ(ids[3], "m3");
}

TEST_F(MemberListingTest, StreamMembersRefusesBeforeItsFirstMessage) {
  MemberListing listing;
  v1::StreamMembersResponse first;
  EXPECT_EQ(ReasonOf(listing.Begin(context_, Listing("vip OR"), Call(), first)), "SYNTAX");
  WorkBudget unwanted([] { return absl::CancelledError("gone"); });
  EXPECT_THAT(listing.Begin(context_, Listing("vip"), Call(unwanted), first),
              StatusIs(absl::StatusCode::kCancelled));
}

}  // namespace
}  // namespace muster::server
