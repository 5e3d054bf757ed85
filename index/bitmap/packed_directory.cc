#include "index/bitmap/packed_directory.h"

namespace muster::index {

bool PackedDirectory::Read(absl::Span<const uint8_t> record) const {
  FragmentChunks chunks;
  if (!ReadFragmentChunks(record, chunks)) return false;
  for (uint32_t chunk = 0; chunk < kChunksPerFragment; ++chunk) {
    const ChunkView& view = chunks[chunk];
    const uint64_t offset = view.bytes == nullptr ? 0 : static_cast<uint64_t>(view.bytes - record.data());
    const uint64_t word = offset << kOffsetShift | uint64_t{view.count} << kCountShift | kKnown |
                          static_cast<uint64_t>(view.form);
    std::atomic_ref<uint64_t>(words_[chunk]).store(word, std::memory_order_relaxed);
  }
  return true;
}

}  // namespace muster::index
