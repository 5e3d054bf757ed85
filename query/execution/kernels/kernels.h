// The inner loops: whole chunks as bitsets, combined and counted in one pass.
#ifndef MUSTER_QUERY_EXECUTION_KERNELS_KERNELS_H_
#define MUSTER_QUERY_EXECUTION_KERNELS_KERNELS_H_

#include <cstdint>

#include "absl/types/span.h"
#include "index/bitmap/geometry.h"

namespace muster::query {

// Bitsets of one chunk: `positives` of them, then `negatives` more that count as their complements.
struct ChunkOperands {
  const uint8_t* const* bitsets = nullptr;
  uint32_t positives = 0;
  uint32_t negatives = 0;
  uint32_t count() const { return positives + negatives; }
};

// Numbers of one chunk: bit i of each ordinal's is in slices[i].
struct ChunkNumbers {
  const uint8_t* const* slices = nullptr;
  uint32_t bits = 0;  // at most 63
  // What the comparison keeps: low ≤ number ≤ high.
  uint64_t low = 0;
  uint64_t high = 0;
};

// Operands whose sums are kept in registers: four planes.
inline constexpr uint32_t kMaxCounted = 15;

// Parts of a chunk that are skipped where nobody is, so many that a word has a bit for each.
inline constexpr uint32_t kChunkParts = 32;
inline constexpr uint32_t kAllParts = 0xffffffff;
inline constexpr uint32_t kPartBytes = index::kChunkBytes / kChunkParts;

// One set of kernels; all sets give the same answers. Operands are kChunkBytes long, of any alignment and
// content, and are only read. `out` is kChunkBytes long and may be one of the operands; null where only the
// number is asked for. Each answers how many ordinals it selected.
struct Kernels {
  const char* name;

  // What is in all operands. Without any it is the whole chunk.
  uint32_t (*intersect)(const ChunkOperands& operands, uint8_t* out);

  // The same within the parts whose bits are set in `parts`; nothing else of `out` is written.
  uint32_t (*intersect_parts)(const ChunkOperands& operands, uint32_t parts, uint8_t* out);

  // The parts of a bitset that hold anybody.
  uint32_t (*occupied_parts)(const uint8_t* bitset);

  // Adds to counts[i] how many of what is in all operands are in rows[i].
  void (*count_rows)(const ChunkOperands& operands, const uint8_t* const* rows, uint32_t row_count,
                     uint64_t* counts);

  // What is in any of `count` bitsets.
  uint32_t (*unite)(const uint8_t* const* bitsets, uint32_t count, uint8_t* out);

  // What is in at least `wanted` operands. REQUIRES: 1 ≤ wanted ≤ count() ≤ kMaxCounted.
  uint32_t (*at_least)(const ChunkOperands& operands, uint32_t wanted, uint8_t* out);

  // What is in all operands and has a number in the bounds. REQUIRES: low ≤ high.
  uint32_t (*between)(const ChunkOperands& operands, const ChunkNumbers& numbers, uint8_t* out);

  // accumulator := accumulator ⊕ operand
  void (*toggle)(const uint8_t* operand, uint8_t* accumulator);

  // Adds an array's values (little-endian, 16 bits each, in any order) to the bitset.
  void (*set_values)(const uint8_t* values, uint32_t count, uint8_t* bitset);

  // Adds to each ordinal's counter in how many operands it is. Counters are bit-sliced: bit i is in
  // planes[i]. REQUIRES: count() ≤ kMaxCounted; no counter exceeds what `plane_count` bits hold.
  void (*add_to_planes)(const ChunkOperands& operands, uint8_t* const* planes, uint32_t plane_count);
};

// Call them only where AllKernels lists them: the others don't run here. AVX-512 with VPOPCNTDQ.
extern const Kernels kPortableKernels;
extern const Kernels kAvx2Kernels;
extern const Kernels kAvx512Kernels;
// The fastest that this processor runs.
const Kernels& BestKernels();
// All that this processor runs, slowest first.
absl::Span<const Kernels* const> AllKernels();

// A chunk without an ordinal and one with all, as bitsets.
const uint8_t* NoneOfChunk();
const uint8_t* AllOfChunk();

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_KERNELS_KERNELS_H_
