// Whole numbers in as few bytes as their spread needs.
#ifndef MUSTER_INDEX_LOADING_INTAKE_NARROW_NUMBERS_H_
#define MUSTER_INDEX_LOADING_INTAKE_NARROW_NUMBERS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

#include "absl/types/span.h"

namespace muster::index {

// Each number is stored as its distance from a line: number i is `least` + i · step + distance i, modulo 2^64,
// in `width` bytes (frame of reference; the step, 0 or 1, is the caller's). Consecutive numbers take no byte
// with step 1, equal ones none with step 0.
struct NarrowShape {
  int64_t least = 0;
  uint8_t width = 0;  // 0, 1, 2, 4 or 8
};

// The width that holds `spread`.
constexpr uint8_t WidthOf(uint64_t spread) {
  if (spread == 0) return 0;
  if (spread <= std::numeric_limits<uint8_t>::max()) return 1;
  if (spread <= std::numeric_limits<uint16_t>::max()) return 2;
  return spread <= std::numeric_limits<uint32_t>::max() ? 4 : 8;
}

// Distances are taken modulo 2^64, so that every number comes back, however large.
template <typename T>
NarrowShape ShapeOf(absl::Span<const T> numbers, int64_t step = 0) {
  if (numbers.empty()) return {};
  int64_t least = std::numeric_limits<int64_t>::max(), greatest = std::numeric_limits<int64_t>::min();
  for (size_t i = 0; i < numbers.size(); ++i) {
    const auto number =
        static_cast<int64_t>(static_cast<uint64_t>(numbers[i]) - i * static_cast<uint64_t>(step));
    least = std::min(least, number);
    greatest = std::max(greatest, number);
  }
  return {least, WidthOf(static_cast<uint64_t>(greatest) - static_cast<uint64_t>(least))};
}

// Calls `with(W())` for the unsigned type of `width` bytes. REQUIRES: the width is 1, 2, 4 or 8.
template <typename With>
void WithWidth(uint8_t width, const With& with) {
  switch (width) {
    case 1:
      return with(uint8_t{});
    case 2:
      return with(uint16_t{});
    case 4:
      return with(uint32_t{});
    default:
      return with(uint64_t{});
  }
}

// Writes `numbers` to the numbers.size() · width bytes at `to`, which need no alignment.
template <typename T>
void WriteNarrow(absl::Span<const T> numbers, const NarrowShape& shape, int64_t step, char* to) {
  if (shape.width == 0) return;
  WithWidth(shape.width, [&](auto kind) {
    using W = decltype(kind);
    for (size_t i = 0; i < numbers.size(); ++i) {
      const uint64_t line = static_cast<uint64_t>(shape.least) + i * static_cast<uint64_t>(step);
      const W distance = static_cast<W>(static_cast<uint64_t>(numbers[i]) - line);
      std::memcpy(to + i * sizeof(W), &distance, sizeof(W));
    }
  });
}

// Reads `count` numbers back, each increased by `add`, to `to`.
template <typename T>
void ReadNarrow(const char* from, size_t count, const NarrowShape& shape, int64_t step, uint64_t add, T* to) {
  const uint64_t first = static_cast<uint64_t>(shape.least) + add;
  if (shape.width == 0) {
    for (size_t i = 0; i < count; ++i) to[i] = static_cast<T>(first + i * static_cast<uint64_t>(step));
    return;
  }
  WithWidth(shape.width, [&](auto kind) {
    using W = decltype(kind);
    for (size_t i = 0; i < count; ++i) {
      W distance = 0;
      std::memcpy(&distance, from + i * sizeof(W), sizeof(W));
      to[i] = static_cast<T>(first + i * static_cast<uint64_t>(step) + distance);
    }
  });
}

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_INTAKE_NARROW_NUMBERS_H_
