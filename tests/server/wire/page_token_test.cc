#include "server/wire/page_token.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "muster/v1/query_service.pb.h"
#include "server/wire/error_status.h"
#include "tests/server/wire/rpc_details.h"

namespace muster::server {
namespace {

using ::muster::testing::DetailsOf;
using ::testing::HasSubstr;

PageToken SomeToken() {
  PageToken token;
  token.versions = {{0, 7}, {3, 1}, {4'000'000'000u, 4'000'000'000u}};
  token.today = absl::CivilDay(2024, 2, 29);
  token.next_position = uint64_t{1} << 40;
  token.last_name = "城市";
  token.total_count = 12;
  return token;
}

TEST(PageTokenTest, ComesBackAsItWas) {
  const PageTokens tokens;
  const absl::StatusOr<PageToken> opened = tokens.Open(tokens.Seal(SomeToken(), "digest"), "digest");
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->versions, SomeToken().versions);
  EXPECT_EQ(opened->today, SomeToken().today);
  EXPECT_EQ(opened->next_position, SomeToken().next_position);
  EXPECT_EQ(opened->last_name, SomeToken().last_name);
  EXPECT_EQ(opened->total_count, SomeToken().total_count);
}

TEST(PageTokenTest, OfAnotherRequestOrProcessIsRefused) {
  const PageTokens tokens;
  const PageTokens other_process;
  const std::string sealed = tokens.Seal(SomeToken(), "digest");
  for (const absl::Status& status :
       {tokens.Open(sealed, "other").status(), other_process.Open(sealed, "digest").status(),
        tokens.Open("nonsense", "digest").status(), tokens.Open("", "digest").status(),
        tokens.Open(std::string(3 << 20, 'A'), "digest").status()}) {
    const grpc::Status encoded = ToGrpcStatus(status);
    EXPECT_EQ(encoded.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(DetailsOf(encoded).info.reason(), "BAD_PAGE_TOKEN");
    EXPECT_EQ(DetailsOf(encoded).bad.field_violations(0).field(), "page_token");
  }
}

TEST(PageTokenTest, EveryAlteredByteIsNoticed) {
  const PageTokens tokens;
  const std::string sealed = tokens.Seal(SomeToken(), "digest");
  for (size_t i = 0; i + 1 < sealed.size(); ++i) {  // the last character may hold bits that no byte needs
    std::string altered = sealed;
    altered[i] = altered[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(tokens.Open(altered, "digest").ok()) << i;
  }
  EXPECT_FALSE(tokens.Open(sealed.substr(0, sealed.size() / 2), "digest").ok());
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

TEST(SnapshotTokenTest, ComesBackAsItWasAndNeedsNoKey) {
  const SnapshotToken token{"customers", {{0, 3}, {9, 2}}, absl::CivilDay(1, 1, 1)};
  const absl::StatusOr<SnapshotToken> opened = OpenSnapshot(SealSnapshot(token), "customers");
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->population, "customers");
  EXPECT_EQ(opened->versions, token.versions);
  EXPECT_EQ(opened->today, token.today);
}

TEST(SnapshotTokenTest, DamagedOnesAndThoseOfAnotherPopulationAreRefused) {
  const std::string sealed = SealSnapshot({"customers", {{0, 3}}, absl::CivilDay(2024, 1, 1)});
  const absl::Status other = OpenSnapshot(sealed, "products").status();
  EXPECT_THAT(std::string(other.message()), HasSubstr("`customers`"));
  EXPECT_EQ(DetailsOf(ToGrpcStatus(other)).info.reason(), "BAD_REQUEST");
  for (size_t i = 0; i + 1 < sealed.size(); ++i) {
    std::string altered = sealed;
    altered[i] = altered[i] == 'A' ? 'B' : 'A';
    const absl::Status status = OpenSnapshot(altered, "customers").status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << i;
  }
  const PageTokens tokens;
  EXPECT_FALSE(OpenSnapshot(tokens.Seal(SomeToken(), "digest"), "customers").ok());
}

TEST(SnapshotTokenTest, ADayThatNoAnswerHadIsRefused) {
  for (const absl::CivilDay day : {absl::CivilDay(0, 12, 31), absl::CivilDay(10'000, 1, 1)}) {
    EXPECT_FALSE(OpenSnapshot(SealSnapshot({"customers", {{0, 3}}, day}), "customers").ok());
  }
}

}  // namespace
}  // namespace muster::server
