// The inner loops: operations on whole chunks as bitsets, combined and counted in one pass.
#ifndef MUSTER_QUERY_EXECUTION_KERNELS_KERNELS_H_
#define MUSTER_QUERY_EXECUTION_KERNELS_KERNELS_H_

#include <cstdint>

#include "absl/types/span.h"
#include "index/bitmap/geometry.h"

namespace muster::query {

// Bitsets of one chunk: first `positives` of them, then `negatives` that are complemented.
struct ChunkOperands {
  const uint8_t* const* bitsets = nullptr;
  uint32_t positives = 0;
  uint32_t negatives = 0;
  uint32_t count() const { return positives + negatives; }
};

// Bit-sliced numbers of one chunk: slices[i] holds bit i of each ordinal's number.
struct ChunkNumbers {
  const uint8_t* const* slices = nullptr;
  uint32_t bits = 0;  // at most 63
  // The bounds of a comparison: low ≤ number ≤ high.
  uint64_t low = 0;
  uint64_t high = 0;
};

// One number of a chunk as a term of a sum: sign and magnitude. A sign with magnitude 0 is 0.
struct ChunkTerm {
  const uint8_t* const* slices = nullptr;  // bit i of each ordinal's magnitude is in slices[i]
  uint32_t bits = 0;                       // at most 63
  const uint8_t* sign = nullptr;           // the ordinals with a negative number; null: none
};

// Adds or subtracts a term's number times 2^shift.
struct SumStep {
  uint32_t term = 0;
  uint32_t shift = 0;
  bool subtracted = false;
};

// A 128-bit integer, lower half first. Plain data, so that kernels link no library code for their processor.
struct WideBits {
  uint64_t halves[2] = {0, 0};
  bool Has(uint32_t bit) const { return (halves[bit / 64] >> (bit % 64) & 1) != 0; }
};

// The maximum number of bits of a sum in two's complement.
inline constexpr uint32_t kMaxSumBits = 127;

// The sum of the steps for each ordinal, compared with bounds. Sums are in two's complement with the highest
// bit inverted, so that they compare like unsigned numbers.
struct ChunkSums {
  const ChunkTerm* terms = nullptr;
  const SumStep* steps = nullptr;  // at least one has a term with bits > 0
  uint32_t step_count = 0;
  uint32_t bits = 0;  // enough for every sum; 2 to kMaxSumBits
  // The bounds of the comparison: low ≤ sum ≤ high.
  WideBits low;
  WideBits high;
};

// Operands whose sums are kept in registers: four planes.
inline constexpr uint32_t kMaxCounted = 15;

// A chunk is divided into parts so that empty ones can be skipped; a word has one bit per part.
inline constexpr uint32_t kChunkParts = 32;
inline constexpr uint32_t kAllParts = 0xffffffff;
inline constexpr uint32_t kPartBytes = index::kChunkBytes / kChunkParts;

// A set of kernels; all sets give the same results. Operands are kChunkBytes long, may have any alignment and
// content, and are only read. `out` is kChunkBytes long and may be one of the operands; null if only the
// count is needed. Except where noted, each returns the number of ordinals selected.
struct Kernels {
  const char* name;

  // The intersection of all operands; without operands, the whole chunk.
  uint32_t (*intersect)(const ChunkOperands& operands, uint8_t* out);

  // The same for the parts whose bits are set in `parts`; writes nothing else of `out`.
  uint32_t (*intersect_parts)(const ChunkOperands& operands, uint32_t parts, uint8_t* out);

  // Returns the non-empty parts of a bitset, one bit each.
  uint32_t (*occupied_parts)(const uint8_t* bitset);

  // For each i, adds to counts[i] the size of the intersection of all operands and rows[i].
  void (*count_rows)(const ChunkOperands& operands, const uint8_t* const* rows, uint32_t row_count,
                     uint64_t* counts);

  // The union of `count` bitsets.
  uint32_t (*unite)(const uint8_t* const* bitsets, uint32_t count, uint8_t* out);

  // The ordinals in at least `wanted` operands. REQUIRES: 1 ≤ wanted ≤ count() ≤ kMaxCounted.
  uint32_t (*at_least)(const ChunkOperands& operands, uint32_t wanted, uint8_t* out);

  // The intersection of all operands, restricted to numbers within the bounds. REQUIRES: low ≤ high.
  uint32_t (*between)(const ChunkOperands& operands, const ChunkNumbers& numbers, uint8_t* out);

  // The ordinals that are in all operands and whose sum is in the bounds. REQUIRES: low ≤ high.
  uint32_t (*sum_between)(const ChunkOperands& operands, const ChunkSums& sums, uint8_t* out);

  // accumulator := accumulator ⊕ operand
  void (*toggle)(const uint8_t* operand, uint8_t* accumulator);

  // Adds an array's values (little-endian, 16 bits each, in any order) to the bitset.
  void (*set_values)(const uint8_t* values, uint32_t count, uint8_t* bitset);

  // Increments the counter of each ordinal by the number of operands that hold it. Counters are bit-sliced:
  // bit i is in planes[i]. REQUIRES: count() ≤ kMaxCounted; no counter exceeds `plane_count` bits.
  void (*add_to_planes)(const ChunkOperands& operands, uint8_t* const* planes, uint32_t plane_count);
};

// Use a set only if AllKernels lists it; the others don't run on this processor. AVX-512 includes VPOPCNTDQ.
extern const Kernels kPortableKernels;
extern const Kernels kAvx2Kernels;
extern const Kernels kAvx512Kernels;
// The fastest set that this processor runs.
const Kernels& BestKernels();
// All sets that this processor runs, slowest first.
absl::Span<const Kernels* const> AllKernels();

// An empty and a full chunk, as bitsets.
const uint8_t* NoneOfChunk();
const uint8_t* AllOfChunk();

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_KERNELS_KERNELS_H_
