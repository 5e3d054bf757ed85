// The inner loops: whole chunks as bitsets, combined and counted in one pass.
#ifndef MUSTER_QUERY_EXECUTION_KERNELS_H_
#define MUSTER_QUERY_EXECUTION_KERNELS_H_

#include <cstdint>

#include "absl/types/span.h"
#include "index/bitmap/geometry.h"

namespace muster::query {

// Which side of the bound a comparison of slices keeps; the bound itself is always kept.
enum class SliceBound : uint8_t { kAtMost, kAtLeast };

// One set of kernels; all sets give the same answers. Operands are kChunkBytes long, of any alignment and
// content, and are only read. Outputs are kChunkBytes long and may be one of the operands.
struct Kernels {
  const char* name;

  // What is in all of operands[0, positives) and in none of the `negatives` after them, to `out` unless that
  // is null. Answers how many those are. Without positives it starts from the whole chunk.
  uint32_t (*intersect)(const uint8_t* const* operands, uint32_t positives, uint32_t negatives, uint8_t* out);

  // What is in any operand, to `out` unless that is null. Answers how many those are.
  uint32_t (*unite)(const uint8_t* const* operands, uint32_t count, uint8_t* out);

  // accumulator := accumulator ⊕ operand
  void (*toggle)(const uint8_t* operand, uint8_t* accumulator);

  // Adds 1 to the counter of each ordinal in the operand (not in it, when `complemented`). Counters are
  // bit-sliced: bit i is in planes[i]. REQUIRES: no counter exceeds what `plane_count` bits hold.
  void (*add_to_planes)(const uint8_t* operand, bool complemented, uint8_t* const* planes,
                        uint32_t plane_count);

  // What of `start` has a number in the slices (bit i in slices[i], below `bits`) that is at most or at least
  // `bound`, to `out`. Answers how many those are. REQUIRES: bound < 2^bits, bits ≤ 63.
  uint32_t (*compare)(const uint8_t* start, const uint8_t* const* slices, uint32_t bits, uint64_t bound,
                      SliceBound side, uint8_t* out);
};

const Kernels& PortableKernels();
// Null where the processor or the build has no AVX2.
const Kernels* Avx2Kernels();
// The fastest that this processor runs.
const Kernels& BestKernels();
// All that this processor runs, for tests.
absl::Span<const Kernels* const> AllKernels();

// A chunk without an ordinal and one with all, as bitsets.
const uint8_t* NoneOfChunk();
const uint8_t* AllOfChunk();

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_KERNELS_H_
