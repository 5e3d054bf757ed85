// Converts the set of a chunk to ordinals.
#ifndef MUSTER_QUERY_EXECUTION_KERNELS_CHUNK_ORDINALS_H_
#define MUSTER_QUERY_EXECUTION_KERNELS_CHUNK_ORDINALS_H_

#include <cstdint>

#include "index/bitmap/chunk_view.h"
#include "index/bitmap/geometry.h"

namespace muster::query {

// Writes the view's ordinals to `out`, ascending, and returns their number. `out` has room for
// kChunkOrdinals. `first` is the chunk's first ordinal.
uint32_t WriteOrdinals(const index::ChunkView& view, index::Ordinal first, index::Ordinal* out);

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_KERNELS_CHUNK_ORDINALS_H_
