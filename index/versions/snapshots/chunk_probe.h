// Whether one ordinal is in a resolved fragment, without decoding it.
#ifndef MUSTER_INDEX_VERSIONS_SNAPSHOTS_CHUNK_PROBE_H_
#define MUSTER_INDEX_VERSIONS_SNAPSHOTS_CHUNK_PROBE_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "index/bitmap/chunk_view.h"
#include "index/bitmap/row_source.h"

namespace muster::index {

// Memory-safe for any bytes within the view's bounds. REQUIRES: place < kChunkOrdinals.
bool ProbeChunk(const ChunkView& chunk, uint32_t place);

// Loads the bytes that ProbeChunk will probably read into the processor's cache.
void PrefetchForProbe(const ChunkView& chunk, uint32_t place);

// Image ⊕ flips at `local` in fragment `index` of the window. DATA_LOSS when a record's directory is damaged.
absl::StatusOr<bool> ProbeFragment(const ResolvedRow& row, uint32_t index, uint32_t local);

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_SNAPSHOTS_CHUNK_PROBE_H_
