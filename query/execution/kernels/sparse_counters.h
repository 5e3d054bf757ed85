// A counter for each ordinal of a chunk, for operands so short that most counters are never touched.
#ifndef MUSTER_QUERY_EXECUTION_KERNELS_SPARSE_COUNTERS_H_
#define MUSTER_QUERY_EXECUTION_KERNELS_SPARSE_COUNTERS_H_

#include <array>
#include <cstdint>

#include "index/bitmap/chunk_view.h"
#include "index/bitmap/geometry.h"
#include "query/execution/kernels/sparse_chunks.h"

namespace muster::query {

// All counters are zero between two uses: after adding arrays, the caller clears the same values, which costs
// less than zeroing all counters. 64 KiB; not thread-safe.
class SparseCounters {
 public:
  // With more additions a counter would overflow.
  static constexpr uint32_t kMaxAdded = 255;

  // Counts an array's values, and calls `reached(value)` for each whose count has just become `wanted`.
  template <typename Reached>
  void Add(const index::ChunkView& array, uint32_t wanted, const Reached& reached) {
    for (uint32_t place = 0; place < array.count; ++place) {
      const uint32_t value = ArrayValue(array, place);
      if (++times_[value] == wanted) reached(value);
    }
  }
  void Clear(const index::ChunkView& array) {
    for (uint32_t place = 0; place < array.count; ++place) times_[ArrayValue(array, place)] = 0;
  }

 private:
  std::array<uint8_t, index::kChunkOrdinals> times_{};
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_KERNELS_SPARSE_COUNTERS_H_
