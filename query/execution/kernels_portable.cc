// Kernels in plain C++, a word at a time: what every processor runs, and what the others are tested against.
#include <bit>

#include "index/bitmap/little_endian.h"
#include "query/execution/kernels.h"

namespace muster::query {
namespace {

using index::kChunkBytes;
using index::LoadLittle;
using index::StoreLittle;

constexpr uint32_t kWordBytes = sizeof(uint64_t);

uint64_t WordAt(const uint8_t* chunk, uint32_t offset) { return LoadLittle<uint64_t>(chunk + offset); }

uint32_t Keep(uint64_t word, uint32_t offset, uint8_t* out) {
  if (out != nullptr) StoreLittle<uint64_t>(out + offset, word);
  return static_cast<uint32_t>(std::popcount(word));
}

uint32_t Intersect(const uint8_t* const* operands, uint32_t positives, uint32_t negatives, uint8_t* out) {
  uint32_t count = 0;
  for (uint32_t offset = 0; offset < kChunkBytes; offset += kWordBytes) {
    uint64_t word = ~uint64_t{0};
    for (uint32_t i = 0; i < positives; ++i) word &= WordAt(operands[i], offset);
    for (uint32_t i = 0; i < negatives; ++i) word &= ~WordAt(operands[positives + i], offset);
    count += Keep(word, offset, out);
  }
  return count;
}

uint32_t Unite(const uint8_t* const* operands, uint32_t operand_count, uint8_t* out) {
  uint32_t count = 0;
  for (uint32_t offset = 0; offset < kChunkBytes; offset += kWordBytes) {
    uint64_t word = 0;
    for (uint32_t i = 0; i < operand_count; ++i) word |= WordAt(operands[i], offset);
    count += Keep(word, offset, out);
  }
  return count;
}

void Toggle(const uint8_t* operand, uint8_t* accumulator) {
  for (uint32_t offset = 0; offset < kChunkBytes; offset += kWordBytes) {
    StoreLittle<uint64_t>(accumulator + offset, WordAt(accumulator, offset) ^ WordAt(operand, offset));
  }
}

void AddToPlanes(const uint8_t* operand, bool complemented, uint8_t* const* planes, uint32_t plane_count) {
  const uint64_t flip = complemented ? ~uint64_t{0} : 0;
  for (uint32_t offset = 0; offset < kChunkBytes; offset += kWordBytes) {
    uint64_t carry = WordAt(operand, offset) ^ flip;
    for (uint32_t i = 0; i < plane_count && carry != 0; ++i) {
      const uint64_t plane = WordAt(planes[i], offset);
      StoreLittle<uint64_t>(planes[i] + offset, plane ^ carry);
      carry &= plane;
    }
  }
}

// Walks from the top bit down. `equal` holds who agrees with the bound so far, `decided` who is already past
// it on the side that is kept; both only shrink and grow, so an empty `equal` ends the walk.
uint64_t CompareWord(uint64_t start, const uint8_t* const* slices, uint32_t bits, uint32_t offset,
                     uint64_t bound, SliceBound side) {
  uint64_t equal = start;
  uint64_t decided = 0;
  for (uint32_t bit = bits; bit-- > 0 && equal != 0;) {
    const uint64_t slice = WordAt(slices[bit], offset);
    const bool bound_bit = (bound >> bit & 1) != 0;
    if (side == SliceBound::kAtMost && bound_bit) decided |= equal & ~slice;
    if (side == SliceBound::kAtLeast && !bound_bit) decided |= equal & slice;
    equal &= bound_bit ? slice : ~slice;
  }
  return decided | equal;
}

uint32_t Compare(const uint8_t* start, const uint8_t* const* slices, uint32_t bits, uint64_t bound,
                 SliceBound side, uint8_t* out) {
  uint32_t count = 0;
  for (uint32_t offset = 0; offset < kChunkBytes; offset += kWordBytes) {
    count += Keep(CompareWord(WordAt(start, offset), slices, bits, offset, bound, side), offset, out);
  }
  return count;
}

constexpr Kernels kPortable = {"portable", Intersect, Unite, Toggle, AddToPlanes, Compare};

}  // namespace

const Kernels& PortableKernels() { return kPortable; }

}  // namespace muster::query
