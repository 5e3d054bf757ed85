#include "index/loading/intake/narrow_numbers.h"

#include <limits>
#include <random>
#include <vector>

#include "gtest/gtest.h"

namespace muster::index {
namespace {

template <typename T>
void ExpectBack(const std::vector<T>& numbers, int64_t step, uint8_t width) {
  const NarrowShape shape = ShapeOf(absl::MakeConstSpan(numbers), step);
  EXPECT_EQ(shape.width, width);
  std::vector<char> bytes(numbers.size() * width + 1);
  char* const unaligned = bytes.data() + 1;
  WriteNarrow(absl::MakeConstSpan(numbers), shape, step, unaligned);
  std::vector<T> read(numbers.size());
  ReadNarrow(unaligned, numbers.size(), shape, step, 0, read.data());
  EXPECT_EQ(read, numbers);
  ReadNarrow(unaligned, numbers.size(), shape, step, 5, read.data());
  for (size_t i = 0; i < numbers.size(); ++i) EXPECT_EQ(read[i], static_cast<T>(uint64_t(numbers[i]) + 5));
}

TEST(NarrowNumbers, TakeTheBytesOfTheirSpread) {
  ExpectBack<int64_t>({7, 7, 7}, 0, 0);
  ExpectBack<int64_t>({-1, 254}, 0, 1);
  ExpectBack<int64_t>({-1, 255}, 0, 2);
  ExpectBack<int64_t>({-1, 65'534}, 0, 2);
  ExpectBack<int64_t>({-1, 65'535}, 0, 4);
  ExpectBack<int64_t>({0, (int64_t{1} << 32) - 1}, 0, 4);
  ExpectBack<int64_t>({0, int64_t{1} << 32}, 0, 8);
  ExpectBack<uint32_t>({4'000'000'000, 4'000'000'001}, 0, 1);
  ExpectBack<int64_t>({}, 0, 0);
}

TEST(NarrowNumbers, ConsecutiveOnesTakeNothingWithAStep) {
  ExpectBack<uint64_t>({10, 11, 12, 13}, 1, 0);
  ExpectBack<uint64_t>({10, 11, 300, 301}, 1, 2);
  ExpectBack<uint32_t>({5, 4, 3}, 1, 1);
}

TEST(NarrowNumbers, TheLargestComeBack) {
  constexpr int64_t kLeast = std::numeric_limits<int64_t>::min(), kMost = std::numeric_limits<int64_t>::max();
  ExpectBack<int64_t>({kLeast, kMost, 0}, 0, 8);
  ExpectBack<int64_t>({kLeast, kLeast + 1}, 1, 0);
  ExpectBack<uint64_t>({std::numeric_limits<uint64_t>::max(), 0}, 1, 0);
  ExpectBack<uint64_t>({std::numeric_limits<uint64_t>::max(), uint64_t{1} << 63, 0}, 1, 8);
}

TEST(NarrowNumbers, RandomOnesComeBack) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 2'000; ++round) {
    const int bits = static_cast<int>(random() % 64);
    const int64_t step = static_cast<int64_t>(random() % 2);
    std::vector<int64_t> numbers(random() % 70);
    const uint64_t base = random();
    for (int64_t& number : numbers) number = static_cast<int64_t>(base + (random() >> (63 - bits)));
    const NarrowShape shape = ShapeOf(absl::MakeConstSpan(numbers), step);
    ExpectBack(numbers, step, shape.width);
  }
}

}  // namespace
}  // namespace muster::index
