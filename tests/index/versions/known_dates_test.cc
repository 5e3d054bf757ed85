#include "index/versions/snapshots/known_dates.h"

#include <optional>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace muster::index {
namespace {

using ::testing::Eq;
using ::testing::Optional;

const absl::CivilDay kDay(2026, 11, 22);

TEST(KnownDatesTest, ATagWithoutAVersionIsNotOneThatIsUnknown) {
  KnownDates known;
  EXPECT_EQ(known.FindVersion({5, 1}, kDay), std::nullopt);
  known.KeepVersion({5, 1}, kDay, std::nullopt);
  EXPECT_THAT(known.FindVersion({5, 1}, kDay), Optional(Eq(std::nullopt)));
  EXPECT_EQ(known.FindFirstDate({5, 1}), std::nullopt);
  known.KeepFirstDate({5, 1}, std::nullopt);
  EXPECT_THAT(known.FindFirstDate({5, 1}), Optional(Eq(std::nullopt)));
}

TEST(KnownDatesTest, ToldApartBySequenceTagAndDay) {
  KnownDates known;
  known.KeepVersion({5, 1}, kDay, KnownVersion{1, 3, 77});
  known.KeepFirstDate({5, 1}, kDay - 9);
  known.KeepMemberCount(3, kDay, 12);
  EXPECT_EQ((**known.FindVersion({5, 1}, kDay)).version, 3u);
  EXPECT_EQ(known.FindVersion({6, 1}, kDay), std::nullopt);
  EXPECT_EQ(known.FindVersion({5, 2}, kDay), std::nullopt);
  EXPECT_EQ(known.FindVersion({5, 1}, kDay + 1), std::nullopt);
  EXPECT_EQ(*known.FindFirstDate({5, 1}), kDay - 9);
  EXPECT_EQ(known.FindFirstDate({6, 1}), std::nullopt);
  EXPECT_EQ(known.FindMemberCount(3, kDay), 12u);
  EXPECT_EQ(known.FindMemberCount(3, kDay + 1), std::nullopt);
  EXPECT_EQ(known.FindMemberCount(4, kDay), std::nullopt);
}

// What all views learn together stays bounded, however many days and tags are asked for.
TEST(KnownDatesTest, KeepsWhatWasAskedForLatelyAndNoMore) {
  KnownDates known;
  constexpr TagId kTags = 1'000;
  constexpr int kDays = 200;
  for (int day = 0; day < kDays; ++day) {
    for (TagId tag = 0; tag < kTags; ++tag) {
      known.KeepVersion({5, tag}, kDay + day, KnownVersion{tag, 1, 1});
      known.KeepFirstDate({static_cast<uint64_t>(day), tag}, kDay);
    }
    known.KeepMemberCount(1, kDay + day, 1);
    for (uint32_t version = 0; version < 100; ++version) known.KeepMemberCount(version, kDay + day, 1);
  }
  EXPECT_TRUE(known.FindVersion({5, kTags - 1}, kDay + kDays - 1).has_value());
  EXPECT_LE(known.size(), 32'768u + 32'768u + 4'096u);
  EXPECT_FALSE(known.FindVersion({5, 0}, kDay).has_value());
}

}  // namespace
}  // namespace muster::index
