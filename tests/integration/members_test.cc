// ListMembers and StreamMembers: a list has exactly as many members as the count of the same snapshot.
#include <algorithm>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cpp/member_ids.h"
#include "tests/integration/server_fixture.h"
#include "tests/matchers/status.h"

namespace muster::server {
namespace {

using ::testing::ElementsAre;

// The result of a stream of members.
struct Streamed {
  grpc::Status status;
  std::vector<std::string> members;
  v1::StreamMembersResponse first;
  int messages = 0;
};

class MembersTest : public ServerFixture {
 protected:
  Streamed Stream(const std::string& text, uint64_t limit, const std::string& snapshot = "") {
    v1::StreamMembersRequest request;
    request.set_population("p");
    request.mutable_expression()->set_text(text);
    request.set_limit(limit);
    request.set_snapshot(snapshot);
    grpc::ClientContext context;
    Streamed streamed;
    auto reader = queries_->StreamMembers(&context, request);
    v1::StreamMembersResponse message;
    while (reader->Read(&message)) {
      if (streamed.messages++ == 0) streamed.first = message;
      for (const std::string_view id : client::IdsOf(message.ids())) streamed.members.emplace_back(id);
    }
    streamed.status = reader->Finish();
    return streamed;
  }
};

TEST_F(MembersTest, PagesOfAnySizeHoldTheCountInOrder) {
  LoadCustomers(1'000);
  std::vector<std::string> expected;
  for (int i = 0; i < 1'000; i += 10) expected.push_back(absl::StrCat("m", i));
  for (const int page_size : {1, 7, 100, 101, 0}) {
    EXPECT_EQ(MembersOf(Listing("vip", page_size)), expected) << page_size;
  }
  EXPECT_THAT(MembersOf(Listing("NOBODY", 10)), ElementsAre());
  EXPECT_EQ(MembersOf(Listing("EVERYONE", 333)).size(), 1'000u);
}

TEST_F(MembersTest, EveryPageSaysTheTotalAndOnlyTheFirstWarns) {
  LoadCustomers(100);
  v1::ListMembersRequest request = Listing("vip OR city = 'Osla'", 4);
  v1::ListMembersResponse page;
  ASSERT_THAT(ListPage(request, page), IsOk());
  EXPECT_EQ(page.total_count(), 10u);
  EXPECT_EQ(page.warnings_size(), 1);
  EXPECT_EQ(page.ids().count(), 4u);
  request.set_page_token(page.next_page_token());
  request.set_page_size(100);
  ASSERT_THAT(ListPage(request, page), IsOk());
  EXPECT_EQ(page.total_count(), 10u);
  EXPECT_EQ(page.warnings_size(), 0);
  EXPECT_EQ(page.ids().count(), 6u);
  EXPECT_EQ(page.next_page_token(), "");
}

TEST_F(MembersTest, PagesStayOnTheirSnapshotWhileLoadsArePublished) {
  LoadCustomers(100);
  v1::ListMembersRequest request = Listing("NOT vip", 10);
  v1::ListMembersResponse page;
  std::vector<std::string> members;
  for (int load = 0;; ++load) {
    ASSERT_THAT(ListPage(request, page), IsOk());
    EXPECT_EQ(page.total_count(), 90u);
    for (const std::string_view id : client::IdsOf(page.ids())) members.emplace_back(id);
    if (page.next_page_token().empty()) break;
    request.set_page_token(page.next_page_token());
    MustLoad(Spec({Tag("vip", v1::TAG_KIND_FLAG)}),
             {{absl::StrCat("m", 99 - load), "true"}, {absl::StrCat("late", load), "false"}});
  }
  EXPECT_EQ(members.size(), 90u);
  EXPECT_EQ(std::set<std::string>(members.begin(), members.end()).size(), 90u);
  EXPECT_EQ(CountOf("EVERYONE"), 108);
}

TEST_F(MembersTest, ATokenOfAnotherRequestOrKeyIsRefused) {
  LoadCustomers(100);
  v1::ListMembersResponse page;
  ASSERT_THAT(ListPage(Listing("vip", 3), page), IsOk());
  const auto bad = grpc::StatusCode::INVALID_ARGUMENT;
  v1::ListMembersResponse ignored;
  v1::ListMembersRequest other = Listing("NOT vip", 3);
  other.set_page_token(page.next_page_token());
  ExpectRefused(ListPage(other, ignored), bad, "BAD_PAGE_TOKEN");
  v1::ListMembersRequest altered = Listing("vip", 3);
  std::string token = page.next_page_token();
  token[token.size() / 2] = token[token.size() / 2] == 'A' ? 'B' : 'A';
  altered.set_page_token(token);
  ExpectRefused(ListPage(altered, ignored), bad, "BAD_PAGE_TOKEN");
  StopServer();
  token_key_ = NewTokenKey();
  StartServer();
  v1::ListMembersRequest later = Listing("vip", 3);
  later.set_page_token(page.next_page_token());
  ExpectRefused(ListPage(later, ignored), grpc::StatusCode::FAILED_PRECONDITION, "OTHER_STORE");
  v1::ListMembersRequest negative = Listing("vip", -3);
  ExpectRefused(ListPage(negative, ignored), bad, "BAD_REQUEST");
}

TEST_F(MembersTest, AListingGoesOnAfterARestartUnderTheSameKey) {
  StopServer();
  ServingOptions options;
  StartServer(options);
  LoadCustomers(100);
  v1::ListMembersRequest request = Listing("vip", 6);
  v1::ListMembersResponse first, rest;
  ASSERT_THAT(ListPage(request, first), IsOk());
  MustLoad(Spec({Tag("vip", v1::TAG_KIND_FLAG)}), {{"m99", "true"}});
  StopServer();
  StartServer(options);
  request.set_page_token(first.next_page_token());
  ASSERT_THAT(ListPage(request, rest), IsOk());
  EXPECT_EQ(rest.total_count(), 10u);
  EXPECT_EQ(rest.ids().count(), 4u);
  EXPECT_EQ(rest.next_page_token(), "");
}

TEST_F(MembersTest, AListOfAReceiptHasAsManyMembersAsItCounted) {
  LoadCustomers(100);
  v1::CountMembersResponse counted;
  ASSERT_THAT(Ask(Question("vip"), counted), IsOk());
  MustLoad(Spec({Tag("vip", v1::TAG_KIND_FLAG)}), {{"m1", "true"}, {"m0", "false"}});
  v1::ListMembersRequest request = Listing("vip", 3);
  request.set_snapshot(counted.receipt().snapshot());
  EXPECT_EQ(MembersOf(request).size(), 10u);
  const Streamed streamed = Stream("vip", 0, counted.receipt().snapshot());
  EXPECT_EQ(streamed.members.size(), 10u);
  EXPECT_EQ(streamed.members.front(), "m0");
}

TEST_F(MembersTest, AStreamBeginsWithTheCountAndHasEverybodyInOrder) {
  LoadCustomers(20'000);
  const Streamed streamed = Stream("city = 'Oslo' OR vip", 0);
  ASSERT_THAT(streamed.status, IsOk());
  EXPECT_FALSE(streamed.first.has_ids());
  EXPECT_EQ(static_cast<int64_t>(streamed.first.total_count()), CountOf("city = 'Oslo' OR vip"));
  EXPECT_EQ(streamed.first.receipt().count(), streamed.first.total_count());
  EXPECT_EQ(streamed.members, MembersOf(Listing("city = 'Oslo' OR vip", 10'000)));
  const Streamed everyone = Stream("EVERYONE", 0);
  EXPECT_EQ(everyone.members.size(), 20'000u);
  EXPECT_GT(everyone.messages, 3);  // one with the count, and more than one with members
}

TEST_F(MembersTest, ALimitCutsTheStreamAndNotTheCount) {
  LoadCustomers(20'000);
  for (const uint64_t limit :
       {uint64_t{1}, uint64_t{8'192}, uint64_t{8'193}, uint64_t{20'000}, uint64_t{90'000}}) {
    const Streamed streamed = Stream("EVERYONE", limit);
    EXPECT_EQ(streamed.members.size(), std::min<size_t>(limit, 20'000)) << limit;
    EXPECT_EQ(streamed.first.total_count(), 20'000u);
  }
  const Streamed nobody = Stream("NOBODY", 0);
  EXPECT_THAT(nobody.status, IsOk());
  EXPECT_EQ(nobody.messages, 1);
}

TEST_F(MembersTest, AReaderThatLeavesFreesItsStream) {
  LoadCustomers(20'000);
  {
    v1::StreamMembersRequest request;
    request.set_population("p");
    request.mutable_expression()->set_text("EVERYONE");
    grpc::ClientContext context;
    auto reader = queries_->StreamMembers(&context, request);
    v1::StreamMembersResponse message;
    ASSERT_TRUE(reader->Read(&message));
    context.TryCancel();
    EXPECT_THAT(reader->Finish(), StatusIs(grpc::StatusCode::CANCELLED));
  }
  while (server_->open_streams() != 0) std::this_thread::yield();
  EXPECT_EQ(CountOf("EVERYONE"), 20'000);
}

TEST_F(MembersTest, AWrongExpressionIsRefusedBeforeTheFirstMessage) {
  LoadCustomers(3);
  const Streamed streamed = Stream("vip AND", 0);
  EXPECT_EQ(streamed.messages, 0);
  ExpectRefused(streamed.status, grpc::StatusCode::INVALID_ARGUMENT, "SYNTAX");
}

}  // namespace
}  // namespace muster::server
