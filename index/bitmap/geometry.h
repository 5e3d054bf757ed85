// How ordinals are divided into fragments, the unit of storage, and chunks, the unit of evaluation.
#ifndef MUSTER_INDEX_BITMAP_GEOMETRY_H_
#define MUSTER_INDEX_BITMAP_GEOMETRY_H_

#include <cstdint>

namespace muster::index {

// A member's dense number within its population; never reused.
using Ordinal = uint64_t;

// DO NOT CHANGE: these are part of the stored format (index/FORMAT.md).
inline constexpr uint32_t kFragmentBits = 18;
inline constexpr uint32_t kChunkBits = 16;

inline constexpr uint32_t kFragmentOrdinals = 1u << kFragmentBits;
inline constexpr uint32_t kChunkOrdinals = 1u << kChunkBits;
inline constexpr uint32_t kChunksPerFragment = kFragmentOrdinals / kChunkOrdinals;
// A chunk as a flat bitset.
inline constexpr uint32_t kChunkBytes = kChunkOrdinals / 8;
inline constexpr uint32_t kChunkWords = kChunkOrdinals / 64;

inline constexpr uint32_t FragmentOf(Ordinal ordinal) {
  return static_cast<uint32_t>(ordinal >> kFragmentBits);
}
// The ordinal's place within its fragment, below kFragmentOrdinals.
inline constexpr uint32_t LocalOf(Ordinal ordinal) {
  return static_cast<uint32_t>(ordinal & (kFragmentOrdinals - 1));
}
inline constexpr Ordinal FirstOrdinalOf(uint32_t fragment) {
  return static_cast<Ordinal>(fragment) << kFragmentBits;
}

}  // namespace muster::index

#endif  // MUSTER_INDEX_BITMAP_GEOMETRY_H_
