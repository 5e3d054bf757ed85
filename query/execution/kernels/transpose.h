// Transposes bit slices into numbers, 512 ordinals (a line) at a time.
#ifndef MUSTER_QUERY_EXECUTION_KERNELS_TRANSPOSE_H_
#define MUSTER_QUERY_EXECUTION_KERNELS_TRANSPOSE_H_

#include <cstdint>
#include <cstring>

namespace muster::query {

inline constexpr uint32_t kLineBytes = 64;  // of each slice
inline constexpr uint32_t kLineOrdinals = kLineBytes * 8;
inline constexpr uint32_t kSlicesOfByte = 8;

// A line of a slice, as a vector type of the compiler, independent of the processor's vectors.
using LineWords __attribute__((vector_size(kLineBytes))) = uint64_t;

// The bytes of a line's numbers: bytes[k][p] belongs to ordinal 8p + k.
struct alignas(kLineBytes) LineBytes {
  uint8_t bytes[kSlicesOfByte][kLineBytes];
};

// Exchanges bits `shift` apart between two lines: half of a step of an 8 × 8 transposition.
inline __attribute__((always_inline)) void ExchangeBits(LineWords& low, LineWords& high, int shift,
                                                        uint64_t mask) {
  const LineWords moved = ((low >> shift) ^ high) & mask;
  high ^= moved;
  low ^= moved << shift;
}

// Combines the lines of eight slices, the lowest bit's first (null: all zero), into one byte per ordinal. At
// each position of the lines, eight bytes form an 8 × 8 matrix; all positions are transposed at once.
inline void TransposeLine(const uint8_t* const* slices, uint32_t offset, LineBytes& into) {
  LineWords lines[kSlicesOfByte];
#pragma GCC unroll 8
  for (uint32_t i = 0; i < kSlicesOfByte; ++i) {
    lines[i] = LineWords{};
    if (slices[i] != nullptr) std::memcpy(&lines[i], slices[i] + offset, kLineBytes);
  }
#pragma GCC unroll 4
  for (uint32_t i = 0; i < 4; ++i) ExchangeBits(lines[i], lines[i + 4], 4, 0x0f0f0f0f0f0f0f0f);
#pragma GCC unroll 4
  for (uint32_t i = 0; i < 4; ++i) {
    const uint32_t at = i / 2 * 4 + i % 2;
    ExchangeBits(lines[at], lines[at + 2], 2, 0x3333333333333333);
  }
#pragma GCC unroll 4
  for (uint32_t i = 0; i < 8; i += 2) ExchangeBits(lines[i], lines[i + 1], 1, 0x5555555555555555);
  std::memcpy(into.bytes, lines, sizeof(lines));
}

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_KERNELS_TRANSPOSE_H_
