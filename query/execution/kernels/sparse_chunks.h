// Arrays and runs: the chunk forms that aren't bitsets, converted to registers or probed. All functions are
// memory-safe for any payload: runs are clipped to the chunk and to the run before them, and array values
// have 16 bits and so always lie within a chunk. An invalid container yields some set, never a fault.
// fault.
#ifndef MUSTER_QUERY_EXECUTION_KERNELS_SPARSE_CHUNKS_H_
#define MUSTER_QUERY_EXECUTION_KERNELS_SPARSE_CHUNKS_H_

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "index/bitmap/chunk_view.h"
#include "index/bitmap/geometry.h"
#include "index/bitmap/little_endian.h"
#include "query/execution/kernels/kernels.h"
#include "query/execution/kernels/registers.h"

namespace muster::query {

// The value at a position of an array. REQUIRES: place < view.count.
inline uint32_t ArrayValue(const index::ChunkView& view, uint32_t place) {
  return index::LoadLittle<uint16_t>(view.bytes + size_t{place} * 2);
}

// Whether a bitset contains the value.
inline bool BitOf(const uint8_t* bitset, uint32_t value) {
  return (bitset[value >> 3] >> (value & 7) & 1) != 0;
}

// Calls `visit(begin, end)` for each run, ascending and disjoint, 0 ≤ begin < end ≤ kChunkOrdinals.
template <typename Visit>
void ForEachRun(const index::ChunkView& view, Visit visit) {
  uint32_t free_from = 0;
  for (uint32_t i = 0; i < view.count; ++i) {
    const uint8_t* run = view.bytes + size_t{i} * 4;
    const uint32_t start = index::LoadLittle<uint16_t>(run);
    const uint32_t begin = std::max(start, free_from);
    const uint32_t end = std::min(start + index::LoadLittle<uint16_t>(run + 2) + 1, index::kChunkOrdinals);
    if (begin >= end) continue;
    visit(begin, end);
    free_from = end;
  }
}

// Applies the view to a register. REQUIRES: the view's form is kArray or kRuns.
void SetSparse(const Kernels& kernels, const index::ChunkView& view, ChunkRegister& target);
void ToggleSparse(const index::ChunkView& view, ChunkRegister& target);
void ClearSparse(const index::ChunkView& view, ChunkRegister& target);

// Writes the view to the register as a bitset, whatever its form.
void Widen(const Kernels& kernels, const index::ChunkView& view, ChunkRegister& target);

// The number of ordinals in an array or runs.
uint32_t CountSparse(const index::ChunkView& view);

// An array's values as a list. REQUIRES: the view's form is kArray, count ≤ kMaxListed.
inline void CopyValues(const index::ChunkView& view, ListedValue* to) {
  std::memmove(to, view.bytes, size_t{view.count} * sizeof(uint16_t));
}

// Copies a list.
inline void CopyList(const ListedValue* from, uint32_t count, ListedValue* to) {
  std::memcpy(to, from, size_t{count} * sizeof(uint16_t));
}

// Keeps the elements of `list[0, count)` for which `holds(place, value)` equals `keep`, in order; returns the
// number kept.
template <typename Holds>
uint32_t KeepWhere(ListedValue* list, uint32_t count, bool keep, const Holds& holds) {
  uint32_t kept = 0;
  for (uint32_t place = 0; place < count; ++place) {
    const uint16_t value = list[place];
    list[kept] = value;
    kept += holds(place, value) == keep;
  }
  return kept;
}

// Writes the ordinals in the given parts of a bitset to a list, which has room for all of them.
void ListParts(const uint8_t* bitset, uint32_t parts, ListedValue* list);

// Clears the given parts of the bitset.
inline void ClearParts(uint32_t parts, ChunkRegister& bitset) {
  for (; parts != 0; parts &= parts - 1) {
    std::memset(bitset.bytes() + static_cast<size_t>(std::countr_zero(parts)) * kPartBytes, 0, kPartBytes);
  }
}

// Keeps the values of `list[0, count)` that are in the view (`keep` true) or not in it (false), in order;
// returns the number kept. The view may have any form.
uint32_t FilterList(ListedValue* list, uint32_t count, const index::ChunkView& view, bool keep);

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_KERNELS_SPARSE_CHUNKS_H_
