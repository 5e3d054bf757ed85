// Every set of kernels compared with a bit-by-bit evaluation.
#include "query/execution/kernels/kernels.h"

#include <algorithm>
#include <cstring>
#include <ostream>
#include <random>
#include <vector>

#include "gtest/gtest.h"
#include "query/execution/kernels/sparse_chunks.h"

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
      const uint32_t count = kernels().intersect({pointers.data(), positives, negatives}, out.bytes());
      EXPECT_EQ(kernels().intersect({pointers.data(), positives, negatives}, nullptr), count);
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

TEST_P(KernelsTest, PartsAreIntersectedAlone) {
  for (const uint32_t parts : {0u, 1u, 0x80000000u, 0x00ff0100u, 0xffffffffu}) {
    for (const uint32_t positives : {0u, 1u, 3u}) {
      std::vector<Chunk> chunks = RandomChunks(4);
      const std::vector<const uint8_t*> pointers = Pointers(chunks);
      const ChunkOperands operands{pointers.data(), positives, 4 - positives};
      Chunk whole;
      kernels().intersect(operands, whole.bytes());
      Chunk out(random_, 50);
      const Chunk before = out;
      const uint32_t count = kernels().intersect_parts(operands, parts, out.bytes());
      EXPECT_EQ(kernels().intersect_parts(operands, parts, nullptr), count);
      uint32_t expected = 0;
      for (uint32_t value = 0; value < kChunkOrdinals; ++value) {
        const bool asked = (parts >> (value / (kPartBytes * 8)) & 1) != 0;
        ASSERT_EQ(out[value], asked ? whole[value] : before[value]) << value;
        expected += asked && whole[value];
      }
      EXPECT_EQ(count, expected);
    }
  }
}

TEST_P(KernelsTest, PartsWithAnybodyAreOccupied) {
  for (const uint32_t value : {0u, 1u, 2047u, 2048u, 40'000u, kChunkOrdinals - 1}) {
    Chunk chunk;
    EXPECT_EQ(kernels().occupied_parts(chunk.bytes()), 0u);
    chunk.bytes()[value / 8] |= static_cast<uint8_t>(1 << (value % 8));
    EXPECT_EQ(kernels().occupied_parts(chunk.bytes()), 1u << (value / (kPartBytes * 8)));
    chunk.bytes()[0] = 1;
    EXPECT_EQ(kernels().occupied_parts(chunk.bytes()), 1u | 1u << (value / (kPartBytes * 8)));
  }
}

TEST_P(KernelsTest, RowsAreCountedWithinOperands) {
  for (const uint32_t row_count : {0u, 1u, 7u, 16u, 17u, 35u}) {
    std::vector<Chunk> operands = RandomChunks(3);
    std::vector<Chunk> rows = RandomChunks(static_cast<int>(row_count));
    const std::vector<const uint8_t*> operand_pointers = Pointers(operands);
    const std::vector<const uint8_t*> row_pointers = Pointers(rows);
    std::vector<uint64_t> counts(row_count, 5);
    kernels().count_rows({operand_pointers.data(), 2, 1}, row_pointers.data(), row_count, counts.data());
    for (uint32_t i = 0; i < row_count; ++i) {
      uint64_t expected = 5;
      for (uint32_t value = 0; value < kChunkOrdinals; ++value) {
        expected += operands[0][value] && operands[1][value] && !operands[2][value] && rows[i][value];
      }
      EXPECT_EQ(counts[i], expected) << i;
    }
  }
}

TEST_P(KernelsTest, OutputMayBeAnOperand) {
  std::vector<Chunk> chunks = RandomChunks(3);
  const std::vector<const uint8_t*> pointers = Pointers(chunks);
  Chunk apart;
  const uint32_t count = kernels().intersect({pointers.data(), 2, 1}, apart.bytes());
  EXPECT_EQ(kernels().intersect({pointers.data(), 2, 1}, chunks[0].bytes()), count);
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

uint32_t TimesIn(const std::vector<Chunk>& chunks, uint32_t positives, uint32_t value) {
  uint32_t times = 0;
  for (size_t i = 0; i < chunks.size(); ++i) times += chunks[i][value] == (i < positives);
  return times;
}

TEST_P(KernelsTest, SetValuesKeepsWhatIsThere) {
  for (const uint32_t count : {0u, 1u, 7u, 8u, 9u, 100u, 4096u}) {
    std::vector<uint8_t> array(count * 2 + 1);
    Chunk set(random_, 3);
    Chunk expected = set;
    for (uint32_t i = 0; i < count; ++i) {
      const uint32_t value = static_cast<uint32_t>(random_() % (i % 2 == 0 ? 100 : kChunkOrdinals));
      array[1 + i * 2] = static_cast<uint8_t>(value);
      array[2 + i * 2] = static_cast<uint8_t>(value >> 8);
      expected.bytes()[value / 8] |= 1 << (value % 8);
    }
    kernels().set_values(array.data() + 1, count, set.bytes());
    EXPECT_EQ(std::memcmp(set.bytes(), expected.bytes(), kChunkBytes), 0) << count;
  }
}

TEST_P(KernelsTest, AtLeastCountsOperands) {
  for (uint32_t operands : {1u, 2u, 3u, 4u, 7u, 8u, 9u, 15u}) {
    std::vector<Chunk> chunks = RandomChunks(static_cast<int>(operands));
    const std::vector<const uint8_t*> pointers = Pointers(chunks);
    for (uint32_t wanted = 1; wanted <= operands; ++wanted) {
      const uint32_t negatives = (wanted + operands) % (operands + 1);
      const ChunkOperands asked{pointers.data(), operands - negatives, negatives};
      Chunk out;
      const uint32_t count = kernels().at_least(asked, wanted, out.bytes());
      EXPECT_EQ(kernels().at_least(asked, wanted, nullptr), count);
      uint32_t expected = 0;
      for (uint32_t value = 0; value < kChunkOrdinals; ++value) {
        const bool in = TimesIn(chunks, asked.positives, value) >= wanted;
        ASSERT_EQ(out[value], in) << wanted << " of " << operands << " at " << value;
        expected += in;
      }
      EXPECT_EQ(count, expected);
    }
  }
}

TEST_P(KernelsTest, PlanesAddUp) {
  constexpr uint32_t kPlanes = 6;
  std::vector<Chunk> planes(kPlanes);
  uint8_t* pointers[kPlanes];
  for (uint32_t i = 0; i < kPlanes; ++i) pointers[i] = planes[i].bytes();
  std::vector<uint32_t> expected(kChunkOrdinals);
  for (const uint32_t operands : {15u, 3u, 15u, 1u, 15u, 8u}) {  // 57 at most
    std::vector<Chunk> chunks = RandomChunks(static_cast<int>(operands));
    const std::vector<const uint8_t*> bitsets = Pointers(chunks);
    const uint32_t positives = operands - operands / 3;
    kernels().add_to_planes({bitsets.data(), positives, operands - positives}, pointers, kPlanes);
    for (uint32_t value = 0; value < kChunkOrdinals; ++value)
      expected[value] += TimesIn(chunks, positives, value);
  }
  for (uint32_t value = 0; value < kChunkOrdinals; ++value) {
    uint32_t counted = 0;
    for (uint32_t i = 0; i < kPlanes; ++i) counted |= uint32_t{planes[i][value]} << i;
    ASSERT_EQ(counted, expected[value]) << value;
  }
}

TEST_P(KernelsTest, BetweenKeepsTheBounds) {
  for (uint32_t bits : {0u, 1u, 5u, 8u}) {
    std::vector<Chunk> chunks = RandomChunks(static_cast<int>(bits));
    const std::vector<const uint8_t*> slices = Pointers(chunks);
    std::vector<Chunk> within = RandomChunks(3);
    const std::vector<const uint8_t*> operands = Pointers(within);
    std::vector<uint64_t> numbers(kChunkOrdinals);
    for (uint32_t value = 0; value < kChunkOrdinals; ++value) {
      for (uint32_t bit = 0; bit < bits; ++bit) numbers[value] |= uint64_t{chunks[bit][value]} << bit;
    }
    const uint64_t end = (uint64_t{1} << bits) + 2;  // bounds above every number too
    for (uint64_t low = 0; low < end; low += 1 + low / 5) {
      for (uint64_t high = low; high < end; high += 1 + high / 5) {
        const uint32_t positives = static_cast<uint32_t>((low + high) % 3);
        const ChunkOperands asked{operands.data(), positives, 2 - positives};
        Chunk out;
        const uint32_t count = kernels().between(asked, {slices.data(), bits, low, high}, out.bytes());
        EXPECT_EQ(kernels().between(asked, {slices.data(), bits, low, high}, nullptr), count);
        uint32_t expected = 0;
        for (uint32_t value = 0; value < kChunkOrdinals; ++value) {
          const bool candidate = within[0][value] == (positives > 0) && within[1][value] == (positives > 1);
          const bool in = candidate && low <= numbers[value] && numbers[value] <= high;
          ASSERT_EQ(out[value], in) << bits << " bits, " << low << " to " << high << " at " << value;
          expected += in;
        }
        EXPECT_EQ(count, expected);
      }
    }
  }
}

TEST_P(KernelsTest, SumsKeepTheBounds) {
  for (uint32_t round = 0; round < 12; ++round) {
    constexpr uint32_t kTerms = 2;
    const uint32_t bits[kTerms] = {1 + round % 5, 4};
    std::vector<Chunk> slices = RandomChunks(8);
    std::vector<Chunk> signs = RandomChunks(kTerms);
    std::vector<Chunk> within = RandomChunks(2);
    const std::vector<const uint8_t*> slice_pointers = Pointers(slices);
    const std::vector<const uint8_t*> operands = Pointers(within);
    const bool signed_ones = round % 3 > 0;
    const ChunkTerm terms[kTerms] = {
        {slice_pointers.data(), bits[0], nullptr},
        {slice_pointers.data() + 4, bits[1], signed_ones ? signs[1].bytes() : nullptr}};
    // 3 · a − 5 · b
    const SumStep steps[] = {{0, 0, true}, {0, 2, false}, {1, 0, true}, {1, 2, true}};
    const int greatest = 3 * 31 + 5 * 15;
    const uint32_t width = 9;
    for (int low = -greatest; low <= greatest; low += 13) {
      const int high = std::min(greatest, low + static_cast<int>(round) * 7);
      const auto biased = [](int bound) { return WideBits{{static_cast<uint64_t>(bound + 256), 0}}; };
      const ChunkSums sums{terms, steps, 4, width, biased(low), biased(high)};
      Chunk out;
      const uint32_t count = kernels().sum_between({operands.data(), 1, 1}, sums, out.bytes());
      EXPECT_EQ(kernels().sum_between({operands.data(), 1, 1}, sums, nullptr), count);
      uint32_t expected = 0;
      for (uint32_t value = 0; value < kChunkOrdinals; ++value) {
        int numbers[kTerms] = {0, 0};
        for (uint32_t term = 0; term < kTerms; ++term) {
          for (uint32_t bit = 0; bit < bits[term]; ++bit)
            numbers[term] |= int{slices[term * 4 + bit][value]} << bit;
        }
        if (signed_ones && signs[1][value]) numbers[1] = -numbers[1];
        const int sum = 3 * numbers[0] - 5 * numbers[1];
        const bool in = within[0][value] && !within[1][value] && low <= sum && sum <= high;
        ASSERT_EQ(out[value], in) << "round " << round << ", " << low << " to " << high << " at " << value;
        expected += in;
      }
      EXPECT_EQ(count, expected);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(AllSets, KernelsTest, testing::ValuesIn(AllKernels().begin(), AllKernels().end()),
                         [](const auto& info) { return std::string(info.param->name); });

}  // namespace
}  // namespace muster::query
