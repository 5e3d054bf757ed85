// A chunk's set as ordinals.
#ifndef MUSTER_QUERY_EXECUTION_KERNELS_CHUNK_ORDINALS_H_
#define MUSTER_QUERY_EXECUTION_KERNELS_CHUNK_ORDINALS_H_

#include <cstdint>

#include "index/bitmap/chunk_view.h"
#include "index/bitmap/geometry.h"

namespace muster::query {

// Writes the view's ordinals, ascending, to `out`, which has room for kChunkOrdinals; answers how many.
// `first` is the chunk's first ordinal.
uint32_t WriteOrdinals(const index::ChunkView& view, index::Ordinal first, index::Ordinal* out);

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_KERNELS_CHUNK_ORDINALS_H_
