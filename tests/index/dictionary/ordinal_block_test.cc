// Blocks of ordinals by hash, alone and as the database `ordinals`, against a std::set.
#include "index/dictionary/blocks/ordinal_block.h"

#include <algorithm>
#include <bit>
#include <random>
#include <set>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "index/dictionary/blocks/packed_numbers.h"
#include "index/dictionary/ordinal_index.h"
#include "index/storage/environment.h"
#include "tests/index/dictionary/block_pages.h"
#include "tests/index/storage/temporary_directory.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

using Random = std::mt19937_64;
using Entries = std::vector<HashedOrdinal>;

// `hash_bits`: of those that vary, from the top; the smaller, the more entries have one hash.
Entries RandomEntries(Random& random, size_t count, int hash_bits, Ordinal most) {
  std::set<HashedOrdinal> entries;
  while (entries.size() < count) {
    const auto hash =
        static_cast<uint32_t>(random()) & (hash_bits == 0 ? 0 : ~uint32_t{0} << (32 - hash_bits));
    entries.insert({hash, random() % most});
  }
  return {entries.begin(), entries.end()};
}

TEST(OrdinalBlock, HoldsWhatItWasMadeOf) {
  Random random(4);
  for (const int hash_bits : {0, 1, 8, 20, 32}) {
    for (const size_t count : {1, 2, 7, 8, 9, 300}) {
      for (const Ordinal most : {Ordinal{1'000}, Ordinal{10'000'000}, Ordinal{1} << 40, ~Ordinal{0}}) {
        const Entries entries = RandomEntries(random, count, hash_bits, most);
        const std::string bytes = EncodeOrdinalBlock(entries);
        Ordinal greatest = 0;
        for (const HashedOrdinal& entry : entries) greatest = std::max(greatest, entry.ordinal);
        EXPECT_EQ(bytes.size(), OrdinalBlockBytes(count, entries.back().hash - entries.front().hash,
                                                  PackedBitsFor(greatest)));
        const absl::StatusOr<OrdinalBlock> block =
            OrdinalBlock::Parse(OrdinalBlockKey(entries.front()), bytes);
        ASSERT_THAT(block, IsOk());
        EXPECT_EQ(block->count(), count);
        EXPECT_EQ(block->last_hash(), entries.back().hash);
        Entries decoded;
        ASSERT_THAT(block->Decode(decoded), IsOk());
        EXPECT_EQ(decoded, entries);
        for (const HashedOrdinal& entry : entries) {
          std::vector<Ordinal> expected, found, other;
          for (const HashedOrdinal& each : entries)
            if (each.hash == entry.hash) expected.push_back(each.ordinal);
          ASSERT_TRUE(block->Find(entry.hash, found));
          EXPECT_EQ(found, expected);
          const uint32_t strange = entry.hash ^ (1u << random() % 32);
          ASSERT_TRUE(block->Find(strange, other));
          for (const Ordinal ordinal : other)
            EXPECT_TRUE(std::binary_search(entries.begin(), entries.end(), HashedOrdinal{strange, ordinal}));
        }
      }
    }
  }
}

// Ten million ids: 24 bits of an ordinal, and a block for each 850 or so.
TEST(OrdinalBlock, AnEntryTakesLessThanFiveBytes) {
  const uint32_t range = static_cast<uint32_t>((uint64_t{1} << 32) * 850 / 10'000'000);
  EXPECT_LE(OrdinalBlockBytes(850, range, 24), 850 * 4.8);
  EXPECT_LE(OrdinalBlockBytes(850, range, 24), kOrdinalBlockBytesMax);
}

TEST(OrdinalBlock, FillsAPage) {
  ExpectFillsAPage(std::string_view(OrdinalBlockKey({})).size(), kOrdinalBlockBytesMax);
}

TEST(OrdinalBlock, AnyBytesAreReadWithinTheBlock) {
  Random random(8);
  size_t refused = 0, decoded = 0;
  for (int round = 0; round < 5'000; ++round) {
    const Entries entries = RandomEntries(random, 1 + random() % 60, round % 2 == 0 ? 32 : 4, 1'000'000);
    std::string bytes = EncodeOrdinalBlock(entries);
    for (uint64_t n = 0, changes = 1 + random() % 3; n < changes; ++n)
      bytes[random() % std::min<size_t>(bytes.size(), 30)] = static_cast<char>(random());
    const std::vector<char> exact(bytes.begin(), bytes.end());
    const absl::StatusOr<OrdinalBlock> block =
        OrdinalBlock::Parse(OrdinalBlockKey(entries.front()), {exact.data(), exact.size()});
    if (!block.ok()) {
      ++refused;
      continue;
    }
    Entries all;
    decoded += block->Decode(all).ok() ? 1 : 0;
    std::vector<Ordinal> found;
    for (const HashedOrdinal& entry : entries) block->Find(entry.hash, found);
  }
  EXPECT_GT(refused, 100u);
  EXPECT_GT(decoded, 100u);
}

class OrdinalIndexTest : public ::testing::Test {
 protected:
  void Add(Ordinal first, const std::vector<uint32_t>& hashes) {
    std::vector<uint64_t> entries;
    for (size_t i = 0; i < hashes.size(); ++i) {
      entries.push_back(uint64_t{hashes[i]} << 32 | i);
      model_.insert({hashes[i], first + i});
    }
    std::sort(entries.begin(), entries.end());
    ASSERT_THAT(AddOrdinals(writer_, first, entries), IsOk());
  }
  // Compares all blocks with the model; the share of their bytes that is in use, on average.
  double Check() {
    Entries stored;
    size_t bytes = 0, blocks = 0;
    const absl::StatusOr<ReadTransaction> view = environment_->BeginRead();
    absl::StatusOr<Cursor> cursor = view->NewCursor(DatabaseId::kOrdinals);
    for (cursor->First(); cursor->valid(); cursor->Next()) {
      const absl::StatusOr<OrdinalBlock> block = OrdinalBlock::Parse(cursor->key(), cursor->value());
      EXPECT_THAT(block, IsOk());
      const size_t begin = stored.size();
      EXPECT_THAT(block->Decode(stored), IsOk());
      EXPECT_EQ(stored[begin], block->first());
      EXPECT_LE(cursor->value().size(), kOrdinalBlockBytesMax);
      bytes += cursor->value().size();
      ++blocks;
    }
    EXPECT_THAT(cursor->status(), IsOk());
    EXPECT_TRUE(std::equal(stored.begin(), stored.end(), model_.begin(), model_.end()));
    return static_cast<double>(bytes) / static_cast<double>(blocks * kOrdinalBlockBytesMax);
  }
  void Find(uint32_t hash) {
    const absl::StatusOr<ReadTransaction> view = environment_->BeginRead();
    absl::StatusOr<Cursor> cursor = view->NewCursor(DatabaseId::kOrdinals);
    std::vector<Ordinal> found, expected;
    ASSERT_THAT(FindOrdinals(*cursor, hash, found), IsOk());
    for (auto at = model_.lower_bound({hash, 0}); at != model_.end() && at->hash == hash; ++at)
      expected.push_back(at->ordinal);
    EXPECT_EQ(found, expected) << hash;
  }

  TemporaryDirectory directory_;
  std::unique_ptr<Environment> environment_ =
      *Environment::Open({.directory = directory_.path(), .kind = EnvironmentKind::kMembers});
  WriterQueue writer_{*environment_};
  std::set<HashedOrdinal> model_;
};

TEST_F(OrdinalIndexTest, HoldsWhatWasAddedHoweverItCame) {
  Random random(6);
  Find(7);
  Ordinal next = 0;
  // Large and small loads, single ids, and one twice, as after a crash.
  for (int round = 0; round < 60; ++round) {
    std::vector<uint32_t> hashes(round % 10 == 0 ? 30'000 : round % 3 == 0 ? 1 : random() % 400);
    for (uint32_t& hash : hashes) hash = static_cast<uint32_t>(random());
    Add(next, hashes);
    if (round % 7 == 0) Add(next, hashes);
    next += hashes.size();
  }
  EXPECT_GT(Check(), 0.6);
  for (auto at = model_.begin(); at != model_.end();
       std::advance(at, std::min<ptrdiff_t>(997, std::distance(at, model_.end()))))
    Find(at->hash);
  for (int i = 0; i < 1'000; ++i) Find(static_cast<uint32_t>(random()));
  Find(0);
  Find(UINT32_MAX);
}

TEST_F(OrdinalIndexTest, IdsOfOneHashFillSeveralBlocks) {
  Random random(7);
  Ordinal next = 0;
  for (const size_t count : {5'000, 1, 1, 7'000, 30, 20'000}) {
    std::vector<uint32_t> hashes(count);
    for (uint32_t& hash : hashes) hash = static_cast<uint32_t>(random() % 4) << 30;
    Add(next, hashes);
    next += count;
    Check();
  }
  for (uint32_t hash = 0; hash < 4; ++hash) Find(hash << 30);
  Find(5);
  Find(UINT32_MAX);
}

TEST_F(OrdinalIndexTest, BlocksStayFull) {
  Random random(8);
  const auto hashes = [&random](size_t count) {
    std::vector<uint32_t> some(count);
    for (uint32_t& hash : some) hash = static_cast<uint32_t>(random());
    return some;
  };
  Add(0, hashes(200'000));
  EXPECT_GT(Check(), 0.9);
  // A percent a day for all blocks, and then one id at a time.
  Ordinal next = 200'000;
  for (int day = 0; day < 10; ++day, next += 2'000) Add(next, hashes(2'000));
  EXPECT_GT(Check(), 0.9);
  for (int load = 0; load < 400; ++load, ++next) Add(next, hashes(1));
  EXPECT_GT(Check(), 0.6);
}

}  // namespace
}  // namespace muster::index
