#include "index/memory/block_pool.h"

#include <cstring>
#include <random>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace muster::index {
namespace {

constexpr size_t kBytes = size_t{300} << 10;

TEST(BlockPool, AFreedBlockIsTakenAgain) {
  BlockPool::Trim();
  void* const block = BlockPool::Take(kBytes);
  std::memset(block, 1, kBytes);
  BlockPool::Give(block, kBytes);
  EXPECT_EQ(BlockPool::IdleBytes(), BlockPool::BlockBytes(kBytes));
  void* const again = BlockPool::Take(kBytes - 100);
  EXPECT_EQ(again, block) << "of about the same size";
  EXPECT_EQ(BlockPool::IdleBytes(), 0u);
  BlockPool::Give(again, kBytes - 100);
  BlockPool::Trim();
  EXPECT_EQ(BlockPool::IdleBytes(), 0u);
}

TEST(BlockPool, SizesAreRoundedUpByAFifthAtMost) {
  for (size_t bytes = size_t{256} << 10; bytes < size_t{1} << 33; bytes += bytes / 7 + 1) {
    const size_t block = BlockPool::BlockBytes(bytes);
    EXPECT_GE(block, bytes);
    EXPECT_LE(block, bytes + bytes / 4);
    EXPECT_EQ(block % 4096, 0u);
    EXPECT_EQ(BlockPool::BlockBytes(block), block);
  }
}

TEST(BlockPool, IdleBlocksAreBounded) {
  BlockPool::Trim();
  constexpr size_t kLarge = BlockPool::kIdleMax / 2 + 1;
  std::vector<void*> blocks;
  for (int i = 0; i < 3; ++i) blocks.push_back(BlockPool::Take(kLarge));
  for (void* const block : blocks) BlockPool::Give(block, kLarge);
  EXPECT_LE(BlockPool::IdleBytes(), BlockPool::kIdleMax);
  BlockPool::Trim();
}

TEST(BlockPool, VectorsOfManyThreadsKeepTheirContent) {
  std::vector<std::thread> threads;
  for (uint32_t seed = 0; seed < 4; ++seed) {
    threads.emplace_back([seed] {
      std::mt19937 random(seed);
      for (int round = 0; round < 40; ++round) {
        BlockVector<uint32_t> vector;
        const size_t size = random() % 600'000;
        for (uint32_t i = 0; i < size; ++i) vector.push_back(i ^ seed);
        const BlockVector<uint32_t> copy = vector;
        vector.clear();
        for (uint32_t i = 0; i < size; ++i) ASSERT_EQ(copy[i], i ^ seed);
        if (round % 16 == 0) BlockPool::Trim();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  BlockPool::Trim();
}

}  // namespace
}  // namespace muster::index
