// Numbers of one width in bits, one after another, each from its lowest bit on.
#ifndef MUSTER_INDEX_DICTIONARY_BLOCKS_PACKED_NUMBERS_H_
#define MUSTER_INDEX_DICTIONARY_BLOCKS_PACKED_NUMBERS_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "absl/types/span.h"
#include "index/bitmap/little_endian.h"

namespace muster::index {

// The greatest width but 64: a number of that width lies within eight bytes, wherever it begins.
inline constexpr uint32_t kPackedBitsMax = 56;

// The width for numbers up to `most`: at most kPackedBitsMax, or 64.
inline uint32_t PackedBitsFor(uint64_t most) {
  const auto bits = static_cast<uint32_t>(std::bit_width(most));
  return bits <= kPackedBitsMax ? bits : 64;
}

inline constexpr size_t PackedBytes(size_t count, uint32_t bits) { return (count * bits + 7) / 8; }

// The number of `bits` bits that begins at a bit. REQUIRES: it lies within `packed`; `bits` is a width of
// PackedBitsFor, and for 64 the bit is the first of a byte.
inline uint64_t ReadPackedAt(std::string_view packed, size_t bit, uint32_t bits) {
  const size_t at = bit / 8;
  const size_t rest = packed.size() - at;
  uint64_t word = 0;
  if (rest >= sizeof(word)) {
    std::memcpy(&word, packed.data() + at, sizeof(word));
  } else if (rest > 0) {
    std::memcpy(&word, packed.data() + at, rest);
  }
  if (bits == 64) return word;
  return word >> bit % 8 & ((uint64_t{1} << bits) - 1);
}

// REQUIRES: `packed` holds index + 1 numbers of `bits` bits, a width of PackedBitsFor.
inline uint64_t ReadPacked(std::string_view packed, size_t index, uint32_t bits) {
  return ReadPackedAt(packed, index * bits, bits);
}

// Appends numbers, each from the bit behind the one before it. Finish appends the last byte. Not thread-safe.
class PackedWriter {
 public:
  explicit PackedWriter(std::string& to) : to_(to) {}
  // REQUIRES: `number` has at most `bits` bits, up to 64.
  void Add(uint64_t number, uint32_t bits) {
    word_ |= number << used_;
    used_ += bits;
    if (used_ < 64) return;
    Append(sizeof(word_));
    used_ -= 64;
    word_ = used_ > 0 ? number >> (bits - used_) : 0;
  }
  void Finish() { Append((used_ + 7) / 8); }

 private:
  void Append(size_t bytes) {
    uint8_t stored[sizeof(word_)];
    StoreLittle(stored, word_);
    to_.append(reinterpret_cast<const char*>(stored), bytes);
  }
  std::string& to_;
  uint64_t word_ = 0;
  uint32_t used_ = 0;  // bits of word_, below 64
};

inline void AppendPacked(std::string& to, absl::Span<const uint64_t> numbers, uint32_t bits) {
  PackedWriter writer(to);
  for (const uint64_t number : numbers) writer.Add(number, bits);
  writer.Finish();
}

}  // namespace muster::index

#endif  // MUSTER_INDEX_DICTIONARY_BLOCKS_PACKED_NUMBERS_H_
