#include "index/bitmap/number_slices.h"

#include <random>
#include <set>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace muster::index {
namespace {

std::vector<int> SlotsOf(int64_t value) {
  std::vector<int> slots;
  VisitNumberSlots(value, [&](Slot slot) { slots.push_back(slot); });
  return slots;
}

int64_t BackFrom(const std::vector<int>& slots) {
  const std::set<int> set(slots.begin(), slots.end());
  return NumberOfSlots([&](Slot slot) { return set.contains(slot); });
}

TEST(NumberSlices, AreSignAndMagnitude) {
  EXPECT_THAT(SlotsOf(0), testing::IsEmpty());
  EXPECT_THAT(SlotsOf(5), testing::ElementsAre(2, 4));
  EXPECT_THAT(SlotsOf(-5), testing::ElementsAre(1, 2, 4));
  EXPECT_EQ(SlotsOf(kMaxNumber).size(), 63u);
  EXPECT_EQ(SlotsOf(kMinNumber).size(), 64u);
  EXPECT_EQ(SlotsOf(kMinNumber).back(), 64);
}

TEST(NumberSlices, MinusZeroIsZero) { EXPECT_EQ(BackFrom({kSignSlot}), 0); }

TEST(NumberSlices, TheLeastInt64DoesNotFit) {
  EXPECT_FALSE(FitsSlices(std::numeric_limits<int64_t>::min()));
  EXPECT_TRUE(FitsSlices(kMinNumber));
}

TEST(NumberSlices, ComeBack) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 10'000; ++i) {
    const int64_t value = static_cast<int64_t>(random()) >> (random() % 64);
    if (!FitsSlices(value)) continue;
    EXPECT_EQ(BackFrom(SlotsOf(value)), value);
  }
  EXPECT_EQ(BackFrom(SlotsOf(kMaxNumber)), kMaxNumber);
  EXPECT_EQ(BackFrom(SlotsOf(kMinNumber)), kMinNumber);
}

}  // namespace
}  // namespace muster::index
