// A view of a chunk within stored bytes, as the kernels read it. Independent of CRoaring.
#ifndef MUSTER_INDEX_BITMAP_CHUNK_VIEW_H_
#define MUSTER_INDEX_BITMAP_CHUNK_VIEW_H_

#include <array>
#include <cstdint>

#include "absl/types/span.h"
#include "index/bitmap/geometry.h"

namespace muster::index {

enum class ChunkForm : uint8_t { kEmpty, kFull, kArray, kBitset, kRuns };

// One Roaring container, unaligned and unvalidated beyond its bounds: kernels are memory-safe for any
// payload.
struct ChunkView {
  ChunkForm form = ChunkForm::kEmpty;
  uint32_t count = 0;  // kArray: values; kRuns: runs; kBitset: the directory's cardinality
  const uint8_t* bytes =
      nullptr;  // kArray: count × u16; kBitset: kChunkBytes; kRuns: count × (start u16, length−1 u16)
};

using FragmentChunks = std::array<ChunkView, kChunksPerFragment>;

// Reads a record's container directory. Empty bytes are the empty set. False when the directory or a
// container leaves the record's bounds or its keys don't ascend below kChunksPerFragment; `chunks` is then
// all empty.
bool ReadFragmentChunks(absl::Span<const uint8_t> record, FragmentChunks& chunks);

}  // namespace muster::index

#endif  // MUSTER_INDEX_BITMAP_CHUNK_VIEW_H_
