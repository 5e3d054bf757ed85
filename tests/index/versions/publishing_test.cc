#include "index/versions/publishing/publishing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "index/bitmap/fragment_record.h"
#include "index/status/status_reason.h"
#include "index/versions/lookups/row_probe.h"
#include "index/versions/publishing/sweeper.h"
#include "index/versions/records/published_versions.h"
#include "tests/index/versions/version_model.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

using ::testing::HasSubstr;
constexpr TagId kTag = 3;
const absl::CivilDay kMonday(2026, 1, 5), kTuesday(2026, 1, 6), kWednesday(2026, 1, 7);

Content With(std::vector<uint32_t> locals) { return {{{kKnownRow, 0}, Bitmap::FromSorted(locals)}}; }

class PublishingTest : public ::testing::Test {
 protected:
  std::optional<Version> Current() {
    auto current = CurrentVersion(*store_.environment().BeginRead(), kTag).value();
    return current.has_value() ? std::optional(current->version) : std::nullopt;
  }
  std::optional<Version> AsOf(absl::CivilDay day) {
    auto version = VersionAsOf(*store_.environment().BeginRead(), kTag, day).value();
    return version.has_value() ? std::optional(version->version) : std::nullopt;
  }
  size_t StagedCount() { return ListStaged(*store_.environment().BeginRead())->size(); }
  absl::Status TryPublish(const StagedVersion& staged, absl::CivilDay day) {
    return store_.PublishAll({{staged, day, true}}).status();
  }

  StoreUnderTest store_;
};

TEST_F(PublishingTest, EveryoneIsThereAndEmptyFromTheStart) {
  auto snapshot = store_.versions().CurrentSnapshot();
  ASSERT_THAT(snapshot, IsOk());
  EXPECT_EQ((*snapshot)->versions(), (VersionVector{{kEveryoneTag, 0}}));
  EXPECT_EQ((*snapshot)->member_count(), 0u);
  EXPECT_EQ((*snapshot)->fragment_count(), 0u);
  snapshot->reset();
  store_.Reopen();
  EXPECT_EQ((*store_.versions().CurrentSnapshot())->member_count(), 0u);
}

TEST_F(PublishingTest, EveryonesNumbersAreTheSnapshots) {
  Content members{{{kKnownRow, 0}, Bitmap::Full()}, {{kKnownRow, 4}, Bitmap::FromSorted({7})}};
  store_.PublishEdge(1, kEveryoneTag, 0, {}, members, kMonday);
  auto snapshot = store_.versions().CurrentSnapshot();
  ASSERT_THAT(snapshot, IsOk());
  EXPECT_EQ((*snapshot)->member_count(), kFragmentOrdinals + 1);
  EXPECT_EQ((*snapshot)->fragment_count(), 5u);
  store_.PublishEdge(2, kEveryoneTag, 1, members, {{{kKnownRow, 0}, Bitmap::Full()}}, kMonday);
  EXPECT_EQ((*store_.versions().CurrentSnapshot())->member_count(), kFragmentOrdinals);
  EXPECT_EQ((*store_.versions().CurrentSnapshot())->fragment_count(), 5u) << "a bound, not a count";
}

TEST_F(PublishingTest, TheCurrentVersionIsTheLatestDateThenTheLatestPublication) {
  EXPECT_EQ(Current(), std::nullopt);
  const Version one = store_.PublishStore(1, kTag, With({1}), kTuesday);
  EXPECT_EQ(Current(), one);
  const Version late = store_.PublishEdge(2, kTag, one, With({1}), With({2}), kMonday);
  EXPECT_EQ(Current(), one) << "a load for an older date goes into history";
  const Version again = store_.PublishEdge(3, kTag, one, With({1}), With({3}), kTuesday);
  EXPECT_EQ(Current(), again);
  EXPECT_EQ(AsOf(kMonday - 1), std::nullopt);
  EXPECT_EQ(AsOf(kMonday), late);
  EXPECT_EQ(AsOf(kTuesday), again);
  EXPECT_EQ(AsOf(kWednesday), again);
  EXPECT_EQ(VersionsOf(*store_.environment().BeginRead(), kTag)->size(), 3u);
}

TEST_F(PublishingTest, WhatIsStagedIsInvisibleUntilItIsPublished) {
  const Version one = store_.PublishStore(1, kTag, With({1}), kMonday);
  auto before = store_.versions().CurrentSnapshot();
  auto staged = store_.StageEdge(2, kTag, one, With({1}), With({1, 2}));
  ASSERT_THAT(staged, IsOk());
  EXPECT_EQ(StagedCount(), 1u);
  EXPECT_EQ(*store_.versions().CurrentSnapshot(), *before) << "the same snapshot while nothing is published";
  store_.Publish(*staged, kMonday);
  EXPECT_EQ(StagedCount(), 0u);
  auto after = store_.versions().CurrentSnapshot();
  EXPECT_EQ((*after)->RowCardinality({kTag, kKnownRow}).value(), 2u);
  EXPECT_EQ((*before)->RowCardinality({kTag, kKnownRow}).value(), 1u);
}

TEST_F(PublishingTest, AMovedParentAbortsAndLeavesNothing) {
  const Version one = store_.PublishStore(1, kTag, With({1}), kMonday);
  auto slow = store_.StageEdge(2, kTag, one, With({1}), With({2}));
  store_.PublishEdge(3, kTag, one, With({1}), With({3}), kMonday);
  const absl::Status status = TryPublish(*slow, kMonday);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(ReasonOf(status), Reason::kLoadConflict);
  EXPECT_EQ(StagedCount(), 1u) << "still to be swept";
  EXPECT_EQ(VersionsOf(*store_.environment().BeginRead(), kTag)->size(), 2u);
}

TEST_F(PublishingTest, WhatIsPreparedIsInvisibleAndSwept) {
  const Version one = store_.PublishStore(1, kTag, With({1}), kMonday);
  auto before = store_.versions().CurrentSnapshot();
  auto staged = store_.StageEdge(2, kTag, one, With({1}), With({2}));
  ASSERT_THAT(PrepareVersions(store_.writer(), 2, {{*staged, kTuesday, true}}), IsOk());
  EXPECT_EQ(StagedCount(), 2u) << "the edge and the publication";
  EXPECT_EQ(Current(), one);
  EXPECT_EQ(AsOf(kTuesday), one);
  EXPECT_EQ(VersionsOf(*store_.environment().BeginRead(), kTag)->size(), 1u);
  EXPECT_EQ(*store_.versions().CurrentSnapshot(), *before);
  EXPECT_EQ(ReasonOf(store_.versions().OpenSnapshot({{kTag, one + 1}}).status()), Reason::kSnapshotExpired);
  EXPECT_FALSE(*store_.versions().settler().Step(10)) << "nothing to settle";
  before->reset();
  store_.Reopen();
  while (StagedCount() > 0) std::this_thread::yield();
  EXPECT_EQ(*store_.environment().BeginRead()->CountItems(DatabaseId::kVersions), 2u) << "everyone's and one";
  EXPECT_EQ(store_.PublishEdge(3, kTag, one, With({1}), With({3}), kMonday), one + 1);
}

TEST_F(PublishingTest, APublicationThatWasGivenUpDoesNotHinderTheNextLoad) {
  const Version one = store_.PublishStore(1, kTag, With({1}), kMonday);
  auto given_up = store_.StageEdge(2, kTag, one, With({1}), With({2}));
  const auto prepared = PrepareVersions(store_.writer(), 2, {{*given_up, kTuesday, true}});
  ASSERT_THAT(prepared, IsOk());
  const Version two = store_.PublishEdge(3, kTag, one, With({1}), With({3}), kMonday);
  EXPECT_EQ(Current(), two);
  EXPECT_EQ(VersionsOf(*store_.environment().BeginRead(), kTag)->size(), 2u);
  const absl::Status shown = store_.writer().Run(WriteClass::kPublish, [&](WriteTransaction& transaction) {
    return ShowVersions(transaction, *prepared);
  });
  EXPECT_THAT(shown, StatusIs(absl::StatusCode::kInternal));
  EXPECT_EQ(Current(), two);
}

TEST_F(PublishingTest, WhatIsNotStagedCanNotBePublished) {
  const Version one = store_.PublishStore(1, kTag, With({1}), kMonday);
  auto staged = store_.StageEdge(2, kTag, one, With({1}), With({2}));
  StagedVersion other = *staged;
  other.load = 9;
  EXPECT_THAT(TryPublish(other, kMonday), StatusIs(absl::StatusCode::kInternal));
  ASSERT_THAT(TryPublish(*staged, kMonday), IsOk());
  StagedVersion twice = *staged;
  twice.parent = 2;
  EXPECT_THAT(TryPublish(twice, kMonday), StatusIs(absl::StatusCode::kInternal));
}

TEST_F(PublishingTest, AllVersionsOfAPublicationOrNone) {
  const Version one = store_.PublishStore(1, kTag, With({1}), kMonday);
  auto good = store_.StageEdge(2, kTag, one, With({1}), With({2}));
  const StagedVersion bad{.tag = kTag + 1, .load = 2, .parent = 5};
  EXPECT_THAT(store_.PublishAll({{*good, kMonday, true}, {bad, kMonday, false}}), ::testing::Not(IsOk()));
  EXPECT_EQ(Current(), one);
}

TEST_F(PublishingTest, ASnapshotOfAVersionThatIsGoneSaysSo) {
  auto gone = store_.versions().OpenSnapshot({{kTag, 4}});
  EXPECT_THAT(gone, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(ReasonOf(gone.status()), Reason::kSnapshotExpired);
  EXPECT_THAT(std::string(gone.status().message()), HasSubstr("version 4"));
}

TEST_F(PublishingTest, ARowOrTagThatIsNotThereIsEmpty) {
  store_.PublishStore(1, kTag, With({1}), kMonday);
  auto snapshot = store_.versions().CurrentSnapshot();
  EXPECT_EQ((*snapshot)->RowCardinality({kTag, MakeRow(8, 0)}).value(), 0u);
  EXPECT_EQ((*snapshot)->RowCardinality({kTag + 1, kKnownRow}).value(), 0u);
  EXPECT_FALSE(Contains(**snapshot, {kTag + 1, kKnownRow}, 1).value());
  EXPECT_TRUE(Contains(**snapshot, {kTag, kKnownRow}, 1).value());
  EXPECT_FALSE(Contains(**snapshot, {kTag, kKnownRow}, 1 + kFragmentOrdinals).value());
}

TEST_F(PublishingTest, VisitRowsKeepsToItsRangeAndStopsWhenTold) {
  Content content;
  for (ValueId value = 1; value <= 20; ++value) {
    content[{MakeRow(value, 0), 0}] = Bitmap::FromSorted({value, value + 50});
    content[{MakeRow(value, 5), 0}] = Bitmap::FromSorted({value});
  }
  store_.PublishStore(1, kTag, content, kMonday);
  auto snapshot = store_.versions().CurrentSnapshot();
  std::vector<std::pair<RowId, uint64_t>> rows;
  const auto collect = [&](RowId row, uint64_t cardinality) {
    rows.emplace_back(row, cardinality);
    return rows.size() < 3;
  };
  ASSERT_THAT((*snapshot)->VisitRows(kTag, 4, 5, collect), IsOk());
  EXPECT_THAT(rows, testing::ElementsAre(std::pair(MakeRow(4, 0), 2u), std::pair(MakeRow(4, 5), 1u),
                                         std::pair(MakeRow(5, 0), 2u)));
  rows.clear();
  ASSERT_THAT((*snapshot)->VisitRows(kTag, 20, kMaxValueId, collect), IsOk());
  EXPECT_EQ(rows.size(), 2u);
}

TEST_F(PublishingTest, LeasesCountUntilTheyAreLetGo) {
  absl::Time now = absl::FromUnixSeconds(1000);
  LeaseTable leases([&now] { return now; }, absl::Minutes(10));
  EXPECT_TRUE(leases.IsLeased(kTag, 1)) << "after a restart everything is, for a while";
  now += absl::Minutes(11);
  EXPECT_FALSE(leases.IsLeased(kTag, 1));
  {
    LeaseTable::Lease one(leases, {{kTag, 1}}), two(leases, {{kTag, 1}, {kTag + 1, 4}});
    EXPECT_TRUE(leases.IsLeased(kTag, 1));
    EXPECT_TRUE(leases.IsLeased(kTag + 1, 4));
    EXPECT_FALSE(leases.IsLeased(kTag, 2));
  }
  EXPECT_FALSE(leases.IsLeased(kTag, 1));
}

TEST_F(PublishingTest, ATimedLeaseEnds) {
  absl::Time now = absl::FromUnixSeconds(1000);
  auto versions = Versions::Open(
      store_.writer(),
      {.settle = false, .clock = [&now] { return now; }, .restart_grace = absl::ZeroDuration()});
  ASSERT_THAT(versions, IsOk());
  const Version one = store_.PublishStore(1, kTag, With({1}), kMonday);
  (*versions)->leases().HoldFor({{kTag, one}}, absl::Minutes(1));
  EXPECT_TRUE((*versions)->leases().IsLeased(kTag, one));
  now += absl::Minutes(2);
  EXPECT_FALSE((*versions)->leases().IsLeased(kTag, one));
}

// Every page of a listing asks for the same versions.
TEST_F(PublishingTest, TheSameVersionsAreLeasedOnce) {
  absl::Time now = absl::FromUnixSeconds(1000);
  LeaseTable leases([&now] { return now; }, absl::ZeroDuration());
  for (int page = 0; page < 1000; ++page) {
    leases.HoldFor({{kEveryoneTag, 1}, {kTag, 5}}, absl::Minutes(10));
    now += absl::Seconds(1);
  }
  leases.HoldFor({{kTag, 6}}, absl::Minutes(1));
  leases.HoldFor({{kEveryoneTag, 1}, {kTag, 5}}, absl::Seconds(1));
  EXPECT_EQ(leases.held(), 2u);
  now += absl::Minutes(9);
  EXPECT_TRUE(leases.IsLeased(kTag, 5)) << "until the end of the longest";
  EXPECT_FALSE(leases.IsLeased(kTag, 6));
  EXPECT_EQ(leases.held(), 1u);
  now += absl::Minutes(2);
  EXPECT_FALSE(leases.IsLeased(kEveryoneTag, 1));
  EXPECT_EQ(leases.held(), 0u);
}

}  // namespace
}  // namespace muster::index
