// The end of a load: all of it becomes visible, or nothing.
#include "index/loading/load_commit.h"

#include <atomic>
#include <map>

#include "gmock/gmock.h"
#include "index/catalog/load_records.h"
#include "tests/index/loading/target_under_test.h"

namespace muster::index {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Numbers = std::map<Ordinal, int64_t>;

TEST(LoadCommit, PublishesMembersTagAndRecord) {
  TargetUnderTest shop;
  LoadSpec spec = NumberSpec();
  spec.label = "monday";
  const absl::StatusOr<LoadResult> result = shop.Load(spec, {{"a", "5"}, {"b", "-7"}, {"c", ""}});
  ASSERT_THAT(result, IsOk());
  EXPECT_TRUE(result->published);
  EXPECT_EQ(result->new_members, 3u);
  EXPECT_EQ(result->member_count, 3u);
  ASSERT_EQ(result->tags.size(), 1u);
  EXPECT_EQ(result->tags[0].version, 1u);
  EXPECT_EQ(result->tags[0].member_count, 2u);
  EXPECT_EQ(shop.Current()->member_count(), 3u);
  EXPECT_EQ(shop.NumbersOf("amount"), (Numbers{{0, 5}, {1, -7}}));
  EXPECT_TRUE(shop.catalogue().population()->visible);
  const auto recorded = FindLoad(*shop.writer().environment().BeginRead(), "monday");
  ASSERT_THAT(recorded, IsOk());
  EXPECT_TRUE(recorded->has_value());
}

TEST(LoadCommit, AMergeGoesOnFromWhatIsThere) {
  TargetUnderTest shop;
  ASSERT_THAT(shop.Load(NumberSpec(), {{"a", "5"}, {"b", "6"}}), IsOk());
  const std::shared_ptr<const Snapshot> before = shop.Current();
  ASSERT_THAT(shop.Load(NumberSpec(), {{"b", "60"}, {"c", "7"}}), IsOk());
  EXPECT_EQ(shop.NumbersOf("amount"), (Numbers{{0, 5}, {1, 60}, {2, 7}}));
  EXPECT_EQ(ReadNumbers(*before, shop.FindTag("amount")->id, kOwnValue), (Numbers{{0, 5}, {1, 6}}));
}

// A budget that ends before it publishes: neither members nor the new tag are there, and what was staged is
// swept.
TEST(LoadCommit, WhatIsCutShortLeavesNothing) {
  TargetUnderTest shop;
  std::atomic<int> left = 0;
  const WorkBudget ended([&left] { return left-- > 0 ? absl::OkStatus() : absl::CancelledError("enough"); });
  // With so many checks passed that it ends at another place each time.
  bool published = false;
  int rounds = 0;
  for (; !published && rounds < 200; ++rounds) {
    left = rounds;
    const absl::StatusOr<LoadResult> result = shop.Load(NumberSpec(), {{"a", "5"}, {"b", "-7"}}, ended);
    published = result.ok();
    if (published) break;
    EXPECT_THAT(result, StatusIs(absl::StatusCode::kCancelled));
    EXPECT_EQ(shop.Current()->member_count(), 0u) << rounds;
    EXPECT_EQ(shop.FindTag("amount"), std::nullopt) << rounds;
  }
  EXPECT_TRUE(published);
  EXPECT_GE(rounds, 2);
  EXPECT_EQ(shop.NumbersOf("amount"), (Numbers{{0, 5}, {1, -7}}));
}

TEST(LoadCommit, AMergeOfNoRecordPublishesNothing) {
  TargetUnderTest shop;
  LoadSpec spec = NumberSpec();
  spec.allow_empty = true;
  const absl::StatusOr<LoadResult> result = shop.Load(spec, {});
  ASSERT_THAT(result, IsOk());
  EXPECT_FALSE(result->published);
  EXPECT_THAT(result->warnings, ElementsAre(HasSubstr("nothing was published")));
  EXPECT_EQ(shop.FindTag("amount"), std::nullopt);
}

TEST(LoadCommit, AReplaceSaysWhichTagsItEmptied) {
  TargetUnderTest shop;
  ASSERT_THAT(shop.Load(NumberSpec(), {{"a", "5"}, {"b", "6"}}), IsOk());
  LoadSpec spec = NumberSpec();
  spec.mode = LoadMode::kReplace;
  const absl::StatusOr<LoadResult> result = shop.Load(spec, {{"a", ""}});
  ASSERT_THAT(result, IsOk());
  EXPECT_THAT(result->warnings, ElementsAre(HasSubstr("'amount' (2 before)")));
  EXPECT_EQ(shop.NumbersOf("amount"), Numbers());
}

}  // namespace
}  // namespace muster::index
