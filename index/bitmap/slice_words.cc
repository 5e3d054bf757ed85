// Numbers of up to 8, 16 or 32 bits are put side by side in a word, so that one transposition takes 8, 4 or 2
// square matrices of a block: number i is column i % side of matrix i / side, and row b of the transposed
// matrices together is bit b of the 64 numbers.
#include "index/bitmap/slice_words.h"

#include <algorithm>
#include <array>

#include "index/bitmap/bit_transpose.h"

namespace muster::index {

SliceWords::SliceWords(absl::Span<const Ordinal> ordinals, absl::Span<const uint64_t> numbers, int bits)
    : bits_(bits), words_(static_cast<size_t>(bits) * kWords, 0) {
  if (bits <= 8) {
    Transpose<8>(ordinals, numbers);
  } else if (bits <= 16) {
    Transpose<16>(ordinals, numbers);
  } else if (bits <= 32) {
    Transpose<32>(ordinals, numbers);
  } else {
    Transpose<64>(ordinals, numbers);
  }
}

template <int kSide>
void SliceWords::Transpose(absl::Span<const Ordinal> ordinals, absl::Span<const uint64_t> numbers) {
  std::array<uint64_t, kSide> rows;
  for (size_t i = 0; i < ordinals.size();) {
    const size_t block = LocalOf(ordinals[i]) / 64;
    rows.fill(0);
    for (; i < ordinals.size() && LocalOf(ordinals[i]) / 64 == block; ++i) {
      const size_t column = ordinals[i] % 64;
      rows[column % kSide] |= numbers[i] << (column / kSide * kSide);
    }
    TransposeBits<kSide>(rows.data());
    for (int bit = 0; bit < bits_; ++bit) words_[static_cast<size_t>(bit) * kWords + block] = rows[bit];
  }
}

}  // namespace muster::index
