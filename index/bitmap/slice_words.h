// Numbers of one fragment's members as bit slices.
#ifndef MUSTER_INDEX_BITMAP_SLICE_WORDS_H_
#define MUSTER_INDEX_BITMAP_SLICE_WORDS_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "index/bitmap/geometry.h"

namespace muster::index {

// For each bit a bitset of the members whose number has it. The numbers are transposed in blocks of 64
// members, which takes some six operations a number for all bits together. Immutable.
class SliceWords {
 public:
  // `ordinals`: of one fragment, ascending without duplicates. `numbers`: one for each, with at most `bits` bits.
  SliceWords(absl::Span<const Ordinal> ordinals, absl::Span<const uint64_t> numbers, int bits);

  // The members with that bit, one bit each: kFragmentOrdinals / 64 words. REQUIRES: 0 ≤ bit < bits.
  absl::Span<const uint64_t> Slice(int bit) const {
    return absl::MakeConstSpan(words_).subspan(static_cast<size_t>(bit) * kWords, kWords);
  }

 private:
  static constexpr size_t kWords = kFragmentOrdinals / 64;

  template <int kSide>
  void Transpose(absl::Span<const Ordinal> ordinals, absl::Span<const uint64_t> numbers);

  const int bits_;
  std::vector<uint64_t> words_;  // slice after slice
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_BITMAP_SLICE_WORDS_H_
