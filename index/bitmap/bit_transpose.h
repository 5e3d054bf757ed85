// Transposes matrices of bits that lie side by side in 64-bit words.
#ifndef MUSTER_INDEX_BITMAP_BIT_TRANSPOSE_H_
#define MUSTER_INDEX_BITMAP_BIT_TRANSPOSE_H_

#include <cstdint>

namespace muster::index {

// The words `rows[0..kSide)` hold 64 / kSide square matrices: matrix m has its row r in the bits from
// m · kSide on of rows[r]. Each is transposed in place. kSide is 8, 16, 32 or 64.
// By halves: the upper right quarter of a matrix changes places with the lower left one, then the same in
// each quarter (Warren, Hacker's Delight, 7-3). All matrices take part in each step.
template <int kSide>
void TransposeBits(uint64_t* rows) {
  uint64_t mask = ~uint64_t{0};
  for (int half = 32; half >= kSide; half /= 2) mask ^= mask << half;
  for (int half = kSide / 2; half > 0; half /= 2) {
    mask ^= mask << half;  // the lower half of each square
    for (int row = 0; row < kSide; row = (row + half + 1) & ~half) {
      const uint64_t swapped = ((rows[row] >> half) ^ rows[row + half]) & mask;
      rows[row + half] ^= swapped;
      rows[row] ^= swapped << half;
    }
  }
}

}  // namespace muster::index

#endif  // MUSTER_INDEX_BITMAP_BIT_TRANSPOSE_H_
