// Multiplication of bit slices by a power of ten, compared with plain multiplication.
#include "index/loading/staging/rescaled_rows.h"

#include <bit>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "index/bitmap/number_slices.h"

namespace muster::index {
namespace {

// Members 0, 1, 2 … with these numbers, times 10^steps by TimesTen.
std::vector<uint64_t> Multiplied(const std::vector<uint64_t>& numbers, int steps) {
  std::vector<TimesTen> chain(static_cast<size_t>(steps));
  std::vector<uint64_t> results(numbers.size());
  for (int bit = 0; bit < 64; ++bit) {
    std::vector<uint32_t> locals;
    for (uint32_t i = 0; i < numbers.size(); ++i) {
      if ((numbers[i] >> bit) & 1) locals.push_back(i);
    }
    Bitmap set = Bitmap::FromSorted(locals);
    for (TimesTen& step : chain) set = step.Next(std::move(set));
    for (const uint32_t i : set.ToVector()) results[i] |= uint64_t{1} << bit;
  }
  return results;
}

uint64_t PowerOfTen(int steps) {
  uint64_t power = 1;
  for (int i = 0; i < steps; ++i) power *= 10;
  return power;
}

TEST(RescaledRows, AllSmallNumbersTimesEachPowerOfTen) {
  std::vector<uint64_t> numbers(5000);
  for (size_t i = 0; i < numbers.size(); ++i) numbers[i] = i;
  for (int steps = 1; steps <= 15; ++steps) {
    const std::vector<uint64_t> results = Multiplied(numbers, steps);
    for (size_t i = 0; i < numbers.size(); ++i) ASSERT_EQ(results[i], i * PowerOfTen(steps)) << steps;
  }
}

TEST(RescaledRows, RandomNumbersUpToTheEndOfTheRange) {
  std::mt19937_64 random(7);
  for (int steps = 1; steps <= 18; ++steps) {
    const uint64_t most = static_cast<uint64_t>(kMaxNumber) / PowerOfTen(steps);
    std::vector<uint64_t> numbers = {0, 1, most, most - 1};
    for (int i = 0; i < 500; ++i) numbers.push_back(random() % (most + 1));
    const std::vector<uint64_t> results = Multiplied(numbers, steps);
    for (size_t i = 0; i < numbers.size(); ++i)
      ASSERT_EQ(results[i], numbers[i] * PowerOfTen(steps)) << steps;
  }
}

TEST(RescaledRows, StepsInRangeEndWhereTheNextIsTooMuch) {
  const uint64_t top = static_cast<uint64_t>(kMaxNumber);
  EXPECT_EQ(StepsInRange(0), 18);
  EXPECT_EQ(StepsInRange(9), 18);
  EXPECT_EQ(StepsInRange(10), 17);
  EXPECT_EQ(StepsInRange(top), 0);
  for (int steps = 1; steps <= 18; ++steps) {
    EXPECT_GE(StepsInRange(top / PowerOfTen(steps)), steps);
    EXPECT_LT(StepsInRange(top / PowerOfTen(steps) + 1), steps);
  }
}

}  // namespace
}  // namespace muster::index
