// Every set of kernels against bits taken one at a time.
#include "query/execution/kernels.h"

#include <cstring>
#include <ostream>
#include <random>
#include <vector>

#include "gtest/gtest.h"
#include "query/execution/sparse_chunks.h"

namespace muster::query {

// How a test's name shows its kernels; outside of the namespace below, where googletest looks for it.
static void PrintTo(const Kernels* kernels, std::ostream* out) { *out << kernels->name; }

namespace {

using index::kChunkBytes;
using index::kChunkOrdinals;

// A chunk at an odd address, in a buffer that ends with it: sanitizers see a read outside.
class Chunk {
 public:
  explicit Chunk(std::mt19937_64& random, int density) : bytes_(kChunkBytes + 1) {
    for (uint32_t value = 0; value < kChunkOrdinals; ++value) {
      if (random() % 100 < static_cast<uint64_t>(density)) bytes()[value / 8] |= 1 << (value % 8);
    }
  }
  Chunk() : bytes_(kChunkBytes + 1) {}
  uint8_t* bytes() { return bytes_.data() + 1; }
  bool operator[](uint32_t value) const { return BitOf(bytes_.data() + 1, value); }

 private:
  std::vector<uint8_t> bytes_;
};

class KernelsTest : public testing::TestWithParam<const Kernels*> {
 protected:
  const Kernels& kernels() const { return *GetParam(); }
  std::vector<Chunk> RandomChunks(int count) {
    std::vector<Chunk> chunks;
    for (int i = 0; i < count; ++i) chunks.emplace_back(random_, static_cast<int>(random_() % 101));
    return chunks;
  }
  static std::vector<const uint8_t*> Pointers(std::vector<Chunk>& chunks) {
    std::vector<const uint8_t*> pointers;
    for (Chunk& chunk : chunks) pointers.push_back(chunk.bytes());
    return pointers;
  }
  std::mt19937_64 random_{11};
};

TEST_P(KernelsTest, IntersectTakesAllAndNone) {
  for (uint32_t positives = 0; positives <= 4; ++positives) {
    for (uint32_t negatives = 0; negatives <= 4; ++negatives) {
      std::vector<Chunk> chunks = RandomChunks(static_cast<int>(positives + negatives));
      const std::vector<const uint8_t*> pointers = Pointers(chunks);
      Chunk out;
      const uint32_t count = kernels().intersect(pointers.data(), positives, negatives, out.bytes());
      EXPECT_EQ(kernels().intersect(pointers.data(), positives, negatives, nullptr), count);
      uint32_t expected = 0;
      for (uint32_t value = 0; value < kChunkOrdinals; ++value) {
        bool in = true;
        for (uint32_t i = 0; i < positives + negatives; ++i) in = in && chunks[i][value] == (i < positives);
        ASSERT_EQ(out[value], in) << positives << " and " << negatives << " at " << value;
        expected += in;
      }
      EXPECT_EQ(count, expected);
    }
  }
}

TEST_P(KernelsTest, OutputMayBeAnOperand) {
  std::vector<Chunk> chunks = RandomChunks(3);
  const std::vector<const uint8_t*> pointers = Pointers(chunks);
  Chunk apart;
  const uint32_t count = kernels().intersect(pointers.data(), 2, 1, apart.bytes());
  EXPECT_EQ(kernels().intersect(pointers.data(), 2, 1, chunks[0].bytes()), count);
  EXPECT_EQ(std::memcmp(apart.bytes(), chunks[0].bytes(), kChunkBytes), 0);
}

TEST_P(KernelsTest, UniteTakesAny) {
  for (uint32_t operands = 0; operands <= 8; ++operands) {
    std::vector<Chunk> chunks = RandomChunks(static_cast<int>(operands));
    const std::vector<const uint8_t*> pointers = Pointers(chunks);
    Chunk out;
    const uint32_t count = kernels().unite(pointers.data(), operands, out.bytes());
    EXPECT_EQ(kernels().unite(pointers.data(), operands, nullptr), count);
    uint32_t expected = 0;
    for (uint32_t value = 0; value < kChunkOrdinals; ++value) {
      bool in = false;
      for (const Chunk& chunk : chunks) in = in || chunk[value];
      ASSERT_EQ(out[value], in) << operands << " at " << value;
      expected += in;
    }
    EXPECT_EQ(count, expected);
  }
}

TEST_P(KernelsTest, ToggleIsTheSymmetricDifference) {
  std::vector<Chunk> chunks = RandomChunks(2);
  Chunk toggled = chunks[0];
  kernels().toggle(chunks[1].bytes(), toggled.bytes());
  for (uint32_t value = 0; value < kChunkOrdinals; ++value) {
    ASSERT_EQ(toggled[value], chunks[0][value] != chunks[1][value]) << value;
  }
}

TEST_P(KernelsTest, PlanesCount) {
  constexpr uint32_t kPlanes = 4;
  std::vector<Chunk> chunks = RandomChunks(15);
  std::vector<Chunk> planes(kPlanes);
  uint8_t* pointers[kPlanes];
  for (uint32_t i = 0; i < kPlanes; ++i) pointers[i] = planes[i].bytes();
  for (size_t i = 0; i < chunks.size(); ++i) {
    kernels().add_to_planes(chunks[i].bytes(), i % 3 == 0, pointers, kPlanes);
  }
  for (uint32_t value = 0; value < kChunkOrdinals; ++value) {
    uint32_t expected = 0;
    for (size_t i = 0; i < chunks.size(); ++i) expected += chunks[i][value] != (i % 3 == 0);
    uint32_t counted = 0;
    for (uint32_t i = 0; i < kPlanes; ++i) counted |= uint32_t{planes[i][value]} << i;
    ASSERT_EQ(counted, expected) << value;
  }
}

TEST_P(KernelsTest, CompareKeepsOneSideOfTheBound) {
  for (uint32_t bits : {0u, 1u, 5u, 8u}) {
    std::vector<Chunk> slices = RandomChunks(static_cast<int>(bits));
    const std::vector<const uint8_t*> pointers = Pointers(slices);
    Chunk start(random_, 70);
    for (uint64_t bound = 0; bound < uint64_t{1} << bits; bound += 1 + bound / 7) {
      for (const SliceBound side : {SliceBound::kAtMost, SliceBound::kAtLeast}) {
        Chunk out;
        const uint32_t count =
            kernels().compare(start.bytes(), pointers.data(), bits, bound, side, out.bytes());
        uint32_t expected = 0;
        for (uint32_t value = 0; value < kChunkOrdinals; ++value) {
          uint64_t number = 0;
          for (uint32_t bit = 0; bit < bits; ++bit) number |= uint64_t{slices[bit][value]} << bit;
          const bool in = start[value] && (side == SliceBound::kAtMost ? number <= bound : number >= bound);
          ASSERT_EQ(out[value], in) << bits << " bits, bound " << bound << " at " << value;
          expected += in;
        }
        EXPECT_EQ(count, expected);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(AllSets, KernelsTest, testing::ValuesIn(AllKernels().begin(), AllKernels().end()),
                         [](const auto& info) { return std::string(info.param->name); });

}  // namespace
}  // namespace muster::query
