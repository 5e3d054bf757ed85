#include "index/bitmap/packed_directory.h"

namespace muster::index {

bool PackedDirectory::Read(absl::Span<const uint8_t> record) const {
  FragmentChunks chunks;
  if (!ReadFragmentChunks(record, chunks)) return false;
  for (uint32_t chunk = 0; chunk < kChunksPerFragment; ++chunk) {
    const PackedChunk packed(chunks[chunk], record.data());
    std::atomic_ref<uint64_t>(words_[chunk]).store(packed.word(), std::memory_order_relaxed);
  }
  return true;
}

}  // namespace muster::index
