#include "index/cache/bounded_cache.h"

#include <map>
#include <memory>
#include <random>
#include <string>

#include "gtest/gtest.h"

namespace muster {
namespace {

TEST(BoundedCacheTest, FindsWhatWasKeptUnderTheKey) {
  BoundedCache<std::string, int> cache(10);
  EXPECT_EQ(cache.Find("a"), nullptr);
  EXPECT_EQ(cache.Keep("a", 1), 1);
  EXPECT_EQ(cache.Keep("b", 2), 2);
  EXPECT_EQ(*cache.Find("a"), 1);
  EXPECT_EQ(*cache.Find("b"), 2);
  EXPECT_EQ(cache.Keep("a", 3), 3) << "in the place of what was there";
  EXPECT_EQ(*cache.Find("a"), 3);
  EXPECT_EQ(cache.size(), 2u);
  cache.Clear();
  EXPECT_EQ(cache.size(), 0u);
  EXPECT_EQ(cache.weight(), 0u);
  EXPECT_EQ(cache.Find("a"), nullptr);
}

TEST(BoundedCacheTest, WhatIsUsedStaysHoweverManyComeAfterIt) {
  BoundedCache<int, int> cache(20);
  cache.Keep(-1, -1);
  for (int i = 0; i < 1000; ++i) {
    cache.Keep(i, i);
    ASSERT_NE(cache.Find(-1), nullptr) << i;
    for (int lately = std::max(0, i - 5); lately <= i; ++lately) ASSERT_NE(cache.Find(lately), nullptr) << i;
  }
  EXPECT_EQ(cache.Find(100), nullptr);
}

TEST(BoundedCacheTest, OneTooHeavyIsKeptAloneUntilTheNext) {
  BoundedCache<int, int> cache(100);
  for (int i = 0; i < 5; ++i) cache.Keep(i, i, 10);
  EXPECT_EQ(cache.size(), 5u);
  cache.Keep(7, 7, 1000);
  EXPECT_EQ(*cache.Find(7), 7);
  EXPECT_EQ(cache.size(), 1u);
  cache.Keep(8, 8, 10);
  EXPECT_EQ(*cache.Find(8), 8);
  EXPECT_LE(cache.weight(), 100u);
  BoundedCache<int, int> smallest(1);
  for (int i = 0; i < 5; ++i) {
    smallest.Keep(i, i);
    EXPECT_EQ(*smallest.Find(i), i);
    EXPECT_EQ(smallest.size(), 1u);
  }
}

// Against a map that never forgets: what is found is right, and no more is kept than said.
TEST(BoundedCacheTest, RandomUsesAreTheMapsOrMissing) {
  for (const size_t most : {1u, 2u, 7u, 64u, 1000u}) {
    std::mt19937 random(static_cast<uint32_t>(most));
    BoundedCache<uint32_t, std::unique_ptr<uint32_t>> cache(most);
    std::map<uint32_t, uint32_t> all;
    uint64_t found = 0, missing = 0;
    for (int step = 0; step < 20'000; ++step) {
      const uint32_t key = static_cast<uint32_t>(random() % (2 * most + 2));
      if (random() % 3 == 0) {
        const uint32_t value = static_cast<uint32_t>(random());
        const size_t weight = 1 + random() % std::max<size_t>(most / 4, 1);
        EXPECT_EQ(*cache.Keep(key, std::make_unique<uint32_t>(value), weight), value);
        all[key] = value;
      } else if (const std::unique_ptr<uint32_t>* kept = cache.Find(key)) {
        ASSERT_EQ(**kept, all.at(key));
        ++found;
      } else {
        ++missing;
      }
      ASSERT_LE(cache.weight(), most) << "of " << most;
    }
    EXPECT_GT(found, 10u) << "of " << most;
    EXPECT_GT(missing, 100u) << "of " << most;
  }
}

}  // namespace
}  // namespace muster
