// Random trees of versions: every version reads correctly wherever the settler stops.
#include <gtest/gtest.h>

#include <array>

#include "index/bitmap/fragment_record.h"
#include "index/storage/pages/page_meter.h"
#include "index/versions/lookups/row_probe.h"
#include "tests/index/versions/version_model.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

// How many edge records there are of each kind now.
std::array<int, 4> CountKinds(Environment& environment) {
  std::array<int, 4> kinds{};
  auto reader = environment.BeginRead();
  auto cursor = reader->NewCursor(DatabaseId::kEdges);
  for (cursor->First(); cursor->valid(); cursor->Next()) {
    const auto header =
        ReadRecordHeader({reinterpret_cast<const uint8_t*>(cursor->value().data()), cursor->value().size()});
    EXPECT_TRUE(header.has_value());
    ++kinds[static_cast<size_t>(header->kind)];
  }
  return kinds;
}

std::vector<StoreRecord> Stores(Environment& environment) {
  std::vector<StoreRecord> stores;
  auto reader = environment.BeginRead();
  auto cursor = reader->NewCursor(DatabaseId::kStores);
  for (cursor->First(); cursor->valid(); cursor->Next())
    stores.push_back(DecodeStore(cursor->value()).value());
  return stores;
}

class RandomTreeTest : public ::testing::TestWithParam<uint32_t> {};

TEST_P(RandomTreeTest, EveryVersionIsRightWhereverTheSettlerStops) {
  StoreUnderTest store;
  VersionModel model(store, GetParam());
  for (int i = 0; i < 8; ++i) model.AddChild();
  model.CheckAll();
  std::array<int, 4> seen = CountKinds(store.environment());
  int steps = 0, mid_settling = 0;
  while (!HasFatalFailure()) {
    auto stepped = store.versions().settler().Step(1);
    ASSERT_THAT(stepped, IsOk());
    if (!*stepped) break;
    ++steps;
    SCOPED_TRACE(testing::Message() << "after step " << steps);
    model.CheckAll();
    for (const StoreRecord& record : Stores(store.environment()))
      mid_settling += record.settling != kNoVersion;
    if (steps % 10 == 7) store.Reopen();
    const std::array<int, 4> now = CountKinds(store.environment());
    for (size_t i = 0; i < now.size(); ++i) seen[i] += now[i];
  }
  const auto target = store.versions().CurrentSnapshot();
  ASSERT_THAT(target, IsOk());
  bool settled = false;
  for (const StoreRecord& record : Stores(store.environment())) {
    if (record.tag != VersionModel::kTag) continue;
    settled = record.settled == (*target)->versions().at(VersionModel::kTag);
    EXPECT_EQ(record.settling, kNoVersion);
  }
  EXPECT_TRUE(settled);
  if (steps > 3) {
    EXPECT_GT(mid_settling, 0);
    EXPECT_GT(seen[static_cast<size_t>(RecordKind::kXor)], 0);
    EXPECT_GT(seen[static_cast<size_t>(RecordKind::kAfter)], 0);
    EXPECT_GT(seen[static_cast<size_t>(RecordKind::kBefore)], 0);
  }
  EXPECT_EQ(seen[static_cast<size_t>(RecordKind::kImage)], 0);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomTreeTest, ::testing::Range(1u, 13u));

// Versions that appear while the base is under way, so that it turns round in the middle of the tree.
TEST(VersionTreeTest, PublishingWhileTheSettlerIsUnderWay) {
  StoreUnderTest store;
  VersionModel model(store, 99);
  std::mt19937 random(99);
  for (int i = 0; i < 12; ++i) {
    model.AddChild();
    for (uint32_t steps = random() % 5; steps > 0; --steps) {
      ASSERT_THAT(store.versions().settler().Step(1 + random() % 4), IsOk());
    }
    model.CheckAll();
    if (i % 4 == 3) store.Reopen();
  }
  ASSERT_THAT(store.versions().settler().SettleAll(), IsOk());
  model.CheckAll();
}

// A snapshot taken before keeps answering while the base moves away under its windows.
TEST(VersionTreeTest, ARowSourceSurvivesSettlingBetweenItsWindows) {
  StoreUnderTest store;
  Content first, second;
  for (uint32_t fragment = 0; fragment < 5; ++fragment) {
    first[{kKnownRow, fragment}] = Bitmap::FromSorted({1, 2, 3});
    second[{kKnownRow, fragment}] = Bitmap::FromSorted({2, 3, fragment + 10});
  }
  const Version old_version = store.PublishStore(1, 3, first, absl::CivilDay(2026, 1, 1));
  store.PublishEdge(2, 3, old_version, first, second, absl::CivilDay(2026, 1, 2));
  auto snapshot = store.versions().OpenSnapshot({{3, old_version}});
  ASSERT_THAT(snapshot, IsOk());
  FragmentReader reader(**snapshot);
  for (int step = 0; step < 8; ++step) {
    for (uint32_t fragment = 0; fragment < 5; ++fragment) {
      auto stored = reader.Read({3, kKnownRow}, fragment);
      ASSERT_THAT(stored, IsOk());
      EXPECT_TRUE(*stored == Bitmap::FromSorted({1, 2, 3})) << "step " << step;
      for (uint32_t local = 0; local < 20; ++local) {
        auto contains = Contains(**snapshot, {3, kKnownRow}, FirstOrdinalOf(fragment) + local);
        EXPECT_THAT(contains, IsOkAndHolds(local >= 1 && local <= 3));
      }
    }
    ASSERT_THAT(store.versions().settler().Step(1), IsOk());
  }
}

// A rollback is a child of the older version with an empty edge.
TEST(VersionTreeTest, ARollbackHoldsWhatTheOlderVersionHeld) {
  StoreUnderTest store;
  Content first{{{kKnownRow, 0}, Bitmap::FromSorted({1, 2})}},
      second{{{kKnownRow, 0}, Bitmap::FromSorted({5})}};
  const absl::CivilDay day(2026, 1, 1);
  const Version one = store.PublishStore(1, 3, first, day);
  store.PublishEdge(2, 3, one, first, second, day);
  ASSERT_THAT(store.versions().settler().SettleAll(), IsOk());
  const Version back = store.Publish({.tag = 3, .load = 3, .parent = one}, day);
  for (int i = 0; i < 2; ++i) {
    auto snapshot = store.versions().CurrentSnapshot();
    ASSERT_THAT(snapshot, IsOk());
    EXPECT_EQ((*snapshot)->versions().at(3), back);
    FragmentReader reader(**snapshot);
    EXPECT_TRUE(reader.Read({3, kKnownRow}, 0).value() == first.begin()->second);
    EXPECT_EQ((*snapshot)->RowCardinality({3, kKnownRow}).value(), 2u);
    ASSERT_THAT(store.versions().settler().SettleAll(), IsOk());
  }
}

TEST(VersionTreeTest, NoTransactionTouchedMoreThanItsBound) {
  StoreUnderTest store;
  Content first, second;
  std::mt19937 random(5);
  for (uint32_t fragment = 0; fragment < 150; ++fragment) {
    std::vector<uint32_t> even, odd;
    for (uint32_t local = random() % 2; local < kFragmentOrdinals; local += 2) even.push_back(local);
    for (uint32_t local = random() % 3; local < kFragmentOrdinals; local += 3) odd.push_back(local);
    first[{kKnownRow, fragment}] = Bitmap::FromSorted(even);
    second[{kKnownRow, fragment}] = Bitmap::FromSorted(odd);
  }
  const Version one = store.PublishStore(1, 3, first, absl::CivilDay(2026, 1, 1));
  const Version two = store.PublishEdge(2, 3, one, first, second, absl::CivilDay(2026, 1, 2));
  ASSERT_THAT(store.versions().settler().SettleAll(), IsOk());
  for (const auto& [version, content] : {std::pair(one, &first), std::pair(two, &second)}) {
    auto snapshot = store.versions().OpenSnapshot({{3, version}});
    ASSERT_THAT(snapshot, IsOk());
    FragmentReader reader(**snapshot);
    for (const auto& [key, bitmap] : *content) {
      EXPECT_TRUE(reader.Read({3, key.first}, key.second).value() == bitmap);
    }
  }
  EXPECT_LE(MostTouchedPages(), kMaxTouchedPages);
  EXPECT_GT(MostTouchedPages(), kMaxTouchedPages / 2) << "it must have been put to the test";
}

}  // namespace
}  // namespace muster::index
