#include "server/wire/page_token.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "muster/v1/query_service.pb.h"
#include "server/wire/error_status.h"
#include "tests/matchers/status.h"
#include "tests/server/wire/rpc_details.h"

namespace muster::server {
namespace {

using ::muster::testing::DetailsOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

index::PinnedView SomeView() {
  return {77, {{0, 7}, {3, 1}, {4'000'000'000u, 4'000'000'000u}}, ~uint64_t{0}};
}

PageToken SomeToken() {
  PageToken token;
  token.views = {SomeView()};
  token.today = absl::CivilDay(2024, 2, 29);
  token.next_position = uint64_t{1} << 40;
  token.last_name = "城市";
  token.total_count = 12;
  token.saved = {{3, 4}, {5, ~uint64_t{0}}};
  return token;
}

SnapshotToken SomeReceipt() {
  return {"customers", {{5, {{0, 3}, {9, 2}}, 8}}, absl::CivilDay(1, 1, 1), {{7, 8}}};
}

void ExpectSame(const std::vector<index::PinnedView>& views, const std::vector<index::PinnedView>& expected) {
  ASSERT_EQ(views.size(), expected.size());
  for (size_t i = 0; i < views.size(); ++i) {
    EXPECT_EQ(views[i].population, expected[i].population);
    EXPECT_EQ(views[i].versions, expected[i].versions);
    EXPECT_EQ(views[i].fingerprint, expected[i].fingerprint);
  }
}

void ExpectOtherStore(const absl::Status& status, const std::string& field) {
  const google::rpc::Status encoded = ToRpcStatus(status);
  EXPECT_THAT(encoded, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(DetailsOf(encoded).info.reason(), "OTHER_STORE");
  EXPECT_EQ(DetailsOf(encoded).bad.field_violations(0).field(), field);
  EXPECT_THAT(encoded.message(), HasSubstr("another server"));
  // A client puts the field before it, in its own words.
  EXPECT_THAT(encoded.message(), StartsWith("this "));
  EXPECT_EQ(DetailsOf(encoded).bad.field_violations(0).description(), encoded.message());
}

TEST(PageTokenTest, ComesBackAsItWas) {
  const Tokens tokens;
  const absl::StatusOr<PageToken> opened = tokens.OpenPage(tokens.SealPage(SomeToken(), "digest"), "digest");
  ASSERT_THAT(opened, IsOk());
  ExpectSame(opened->views, SomeToken().views);
  EXPECT_EQ(opened->saved, SomeToken().saved);
  EXPECT_EQ(opened->today, SomeToken().today);
  EXPECT_EQ(opened->next_position, SomeToken().next_position);
  EXPECT_EQ(opened->last_name, SomeToken().last_name);
  EXPECT_EQ(opened->total_count, SomeToken().total_count);
}

TEST(PageTokenTest, OfAnotherRequestIsRefused) {
  const Tokens tokens;
  const std::string sealed = tokens.SealPage(SomeToken(), "digest");
  for (const absl::Status& status :
       {tokens.OpenPage(sealed, "other").status(), tokens.OpenPage("nonsense", "digest").status(),
        tokens.OpenPage("", "digest").status(), tokens.OpenPage(std::string(3 << 20, 'A'), "digest").status(),
        tokens.OpenPage(tokens.SealSnapshot(SomeReceipt()), "digest").status()}) {
    const google::rpc::Status encoded = ToRpcStatus(status);
    EXPECT_THAT(encoded, StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_EQ(DetailsOf(encoded).info.reason(), "BAD_PAGE_TOKEN");
    EXPECT_EQ(DetailsOf(encoded).bad.field_violations(0).field(), "page_token");
  }
}

TEST(PageTokenTest, OfAnotherServerIsToldFromDamage) {
  const Tokens tokens;
  const Tokens other;
  ExpectOtherStore(other.OpenPage(tokens.SealPage(SomeToken(), "digest"), "digest").status(), "page_token");
}

TEST(PageTokenTest, EveryAlteredByteIsNoticed) {
  const Tokens tokens;
  const std::string sealed = tokens.SealPage(SomeToken(), "digest");
  for (size_t i = 0; i + 1 < sealed.size(); ++i) {  // the last character may hold bits that no byte needs
    std::string altered = sealed;
    altered[i] = altered[i] == 'A' ? 'B' : 'A';
    EXPECT_THAT(tokens.OpenPage(altered, "digest"), ::testing::Not(IsOk())) << i;
  }
  EXPECT_THAT(tokens.OpenPage(sealed.substr(0, sealed.size() / 2), "digest"), ::testing::Not(IsOk()));
}

TEST(PageTokenTest, TheDigestTellsRequestsApart) {
  v1::ListMembersRequest request;
  request.set_population("p");
  request.mutable_expression()->set_text("vip");
  const std::string digest = RequestDigest("ListMembers", request);
  EXPECT_EQ(RequestDigest("ListMembers", request), digest);
  EXPECT_NE(RequestDigest("StreamMembers", request), digest);
  request.mutable_expression()->set_text("NOT vip");
  EXPECT_NE(RequestDigest("ListMembers", request), digest);
}

TEST(SnapshotTokenTest, ComesBackAsItWas) {
  const Tokens tokens;
  const absl::StatusOr<SnapshotToken> opened =
      tokens.OpenSnapshot(tokens.SealSnapshot(SomeReceipt()), "customers");
  ASSERT_THAT(opened, IsOk());
  EXPECT_EQ(opened->population, "customers");
  ExpectSame(opened->views, SomeReceipt().views);
  EXPECT_EQ(opened->saved, SomeReceipt().saved);
  EXPECT_EQ(opened->today, SomeReceipt().today);
}

TEST(SnapshotTokenTest, DamagedOnesAndThoseOfAnotherPopulationAreRefused) {
  const Tokens tokens;
  const std::string sealed = tokens.SealSnapshot(SomeReceipt());
  const absl::Status other = tokens.OpenSnapshot(sealed, "products").status();
  EXPECT_THAT(std::string(other.message()), HasSubstr("'customers'"));
  EXPECT_EQ(DetailsOf(ToRpcStatus(other)).info.reason(), "BAD_REQUEST");
  for (size_t i = 0; i + 1 < sealed.size(); ++i) {
    std::string altered = sealed;
    altered[i] = altered[i] == 'A' ? 'B' : 'A';
    const absl::Status status = tokens.OpenSnapshot(altered, "customers").status();
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument)) << i;
  }
  EXPECT_THAT(tokens.OpenSnapshot(tokens.SealPage(SomeToken(), "digest"), "customers"),
              ::testing::Not(IsOk()));
}

TEST(SnapshotTokenTest, OfAnotherServerIsToldFromDamage) {
  const Tokens tokens;
  const Tokens other;
  ExpectOtherStore(other.OpenSnapshot(tokens.SealSnapshot(SomeReceipt()), "customers").status(), "snapshot");
}

TEST(SnapshotTokenTest, CarriesTheViewsOfAllDates) {
  const Tokens tokens;
  SnapshotToken token = SomeReceipt();
  token.views.push_back(token.views.front());
  token.views.back().as_of = absl::CivilDay(1899, 12, 31);
  token.views.back().fingerprint = 77;
  token.views.push_back(token.views.back());
  token.views.back().as_of = absl::CivilDay(2026, 1, 31);
  for (const bool first_is_dated : {false, true}) {
    if (first_is_dated) token.views.front().as_of = absl::CivilDay(2026, 2, 28);
    const auto opened = tokens.OpenSnapshot(tokens.SealSnapshot(token), "customers");
    ASSERT_THAT(opened, IsOk());
    ASSERT_EQ(opened->views.size(), 3u);
    for (size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(opened->views[i].as_of, token.views[i].as_of);
      EXPECT_EQ(opened->views[i].versions, token.views[i].versions);
      EXPECT_EQ(opened->views[i].fingerprint, token.views[i].fingerprint);
    }
  }
  PageToken page;
  page.views = token.views;
  const auto opened = tokens.OpenPage(tokens.SealPage(page, "digest"), "digest");
  ASSERT_THAT(opened, IsOk());
  EXPECT_EQ(opened->views.size(), 3u);
  EXPECT_EQ(opened->views[2].as_of, absl::CivilDay(2026, 1, 31));
}

// Further views are of dates; no view, or one without everyone, is no snapshot.
TEST(SnapshotTokenTest, ViewsThatNoAnswerHasAreRefused) {
  const Tokens tokens;
  SnapshotToken token = SomeReceipt();
  token.views.push_back(token.views.front());
  EXPECT_THAT(tokens.OpenSnapshot(tokens.SealSnapshot(token), "customers"), ::testing::Not(IsOk()));
  token.views.clear();
  EXPECT_THAT(tokens.OpenSnapshot(tokens.SealSnapshot(token), "customers"), ::testing::Not(IsOk()));
  token.views = {{5, {{9, 2}}, 8}};
  EXPECT_THAT(tokens.OpenSnapshot(tokens.SealSnapshot(token), "customers"), ::testing::Not(IsOk()));
}

}  // namespace
}  // namespace muster::server
