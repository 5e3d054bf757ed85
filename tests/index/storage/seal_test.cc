// Seals: their sums equal XXH3 however they are computed, and they detect a change of any stored byte.
#include "index/storage/pages/seal.h"

#include <xxhash.h>

#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "index/storage/pages/page_meter.h"
#include "index/storage/pages/sum.h"
#include "tests/index/storage/file_damage.h"

namespace muster::index {
namespace {

using testing::Random;
using testing::RandomBytes;

constexpr std::string_view kKey = "a key of this";

std::string Stored(DatabaseId database, std::string_view key, std::string_view value) {
  std::string stored(SealBytesOf(key.size(), value.size()), '\0');
  WriteSeal(database, key, value, stored.data());
  return stored.append(value);
}

// All lengths at which XXH3 changes its ways, those of its blocks of 1,024 bytes among them, and at every
// place within a line.
TEST(SumTest, AllWaysAgreeWithTheLibrary) {
  ASSERT_FALSE(AllSums().empty());
  Random random(1);
  const std::string bytes = RandomBytes(random, 70'000);
  std::vector<size_t> sizes = {32'767, 32'768, 32'840, 65'536, 69'900};
  for (size_t size = 0; size <= 2'200; ++size) sizes.push_back(size);
  for (size_t page = 1; page < 9; ++page) {
    for (size_t off : {4'095, 4'096, 4'097}) sizes.push_back((page - 1) * 4'096 + off);
  }
  for (const size_t size : sizes) {
    const std::string_view summed(bytes.data() + size % 67, size);
    for (const uint64_t seed : {uint64_t{0}, uint64_t{1}, uint64_t{random()}}) {
      const uint64_t wanted = XXH3_64bits_withSeed(summed.data(), summed.size(), seed);
      EXPECT_EQ(SumOf(summed, seed), wanted) << size;
      for (const SumFunction sum : AllSums()) EXPECT_EQ(sum(summed.data(), size, seed), wanted) << size;
    }
  }
}

// Nothing behind the last byte is read, though it is asked for.
TEST(SumTest, ReadsNothingOutside) {
  for (size_t size = 1; size < 9'000; size += size < 300 ? 1 : 511) {
    const std::vector<char> alone(size, 'x');
    for (const SumFunction sum : AllSums())
      EXPECT_EQ(sum(alone.data(), size, 7), SumOf(std::string(size, 'x'), 7));
  }
}

TEST(SealTest, HoldsWhatItWasMadeFor) {
  Random random(2);
  for (const size_t size : {0, 1, 100, 2'000, 2'011, 2'012, 2'013, 2'014, 2'015, 2'016, 5'000, 33'000}) {
    const std::string value = RandomBytes(random, size);
    const std::string stored = Stored(DatabaseId::kEdges, kKey, value);
    EXPECT_EQ(StoredSealBytesOf(kKey.size(), stored.size()), stored.size() - size) << size;
    EXPECT_TRUE(SealHolds(DatabaseId::kEdges, kKey, stored)) << size;
    EXPECT_FALSE(SealHolds(DatabaseId::kFragments, kKey, stored)) << size;
    EXPECT_FALSE(SealHolds(DatabaseId::kEdges, "a key of that", stored)) << size;
    if (stored.size() - size == kLeafSealBytes) continue;
    EXPECT_EQ(stored.size() - size, kLargeSealBytes);
    EXPECT_TRUE(SealNames(DatabaseId::kEdges, kKey, stored));
    EXPECT_FALSE(SealNames(DatabaseId::kFragments, kKey, stored));
    EXPECT_FALSE(SealNames(DatabaseId::kEdges, "a key of that", stored));
    EXPECT_TRUE(LargeValueHolds(stored));
  }
}

TEST(SealTest, NoByteMayChange) {
  Random random(3);
  for (const size_t size : {0, 3, 40, 500, 2'000, 3'000, 32'840}) {
    std::string stored = Stored(DatabaseId::kFragments, kKey, RandomBytes(random, size));
    const bool large = StoredSealBytesOf(kKey.size(), stored.size()) == kLargeSealBytes;
    for (size_t at = 0; at < stored.size(); ++at) {
      const char changed = static_cast<char>(1 << random() % 8);
      stored[at] = static_cast<char>(stored[at] ^ changed);
      EXPECT_FALSE(SealHolds(DatabaseId::kFragments, kKey, stored)) << at << " of " << size;
      if (large) {
        EXPECT_FALSE(LargeValueHolds(stored)) << at << " of " << size;
        EXPECT_EQ(SealNames(DatabaseId::kFragments, kKey, stored), at >= sizeof(uint64_t));
      }
      stored[at] = static_cast<char>(stored[at] ^ changed);
    }
    EXPECT_TRUE(SealHolds(DatabaseId::kFragments, kKey, stored)) << size;
  }
}

TEST(SealTest, NothingMayBeCutOff) {
  Random random(4);
  for (const size_t size : {0, 3, 40, 2'000, 3'000}) {
    const std::string stored = Stored(DatabaseId::kFragments, kKey, RandomBytes(random, size));
    for (size_t left = 0; left < stored.size(); ++left)
      EXPECT_FALSE(SealHolds(DatabaseId::kFragments, kKey, stored.substr(0, left))) << left;
  }
}

}  // namespace
}  // namespace muster::index
