// A record's container directory in a few words, so that it is read once and not once a question.
#ifndef MUSTER_INDEX_BITMAP_PACKED_DIRECTORY_H_
#define MUSTER_INDEX_BITMAP_PACKED_DIRECTORY_H_

#include <array>
#include <atomic>
#include <cstdint>

#include "absl/types/span.h"
#include "index/bitmap/chunk_view.h"
#include "index/bitmap/geometry.h"

namespace muster::index {

// Empty at first; whoever needs it first reads it. Thread-safe: threads that read the same record at once
// write the same words, each of which is right without the others.
class PackedDirectory {
 public:
  PackedDirectory() = default;

  // Sets `view` to a chunk of `record`, or answers false while nobody has read its directory.
  bool Find(absl::Span<const uint8_t> record, uint32_t chunk, ChunkView& view) const {
    const uint64_t word = std::atomic_ref<uint64_t>(words_[chunk]).load(std::memory_order_relaxed);
    if (word == 0) return false;
    view = {static_cast<ChunkForm>(word & kFormMask), static_cast<uint32_t>(word >> kCountShift) & kCountMask,
            record.data() + (word >> kOffsetShift)};
    return true;
  }
  // Reads the directory of `record`; empty bytes are the empty set. False when it is broken: then it stays
  // unread, so that the next one who asks learns of it too.
  bool Read(absl::Span<const uint8_t> record) const;

 private:
  // A word: that it was read (1 bit), the form (7), the count (24), where the bytes begin (32).
  static constexpr uint64_t kFormMask = 0x7f;
  static constexpr uint64_t kKnown = 0x80;
  static constexpr int kCountShift = 8;
  static constexpr uint32_t kCountMask = 0xffffff;
  static constexpr int kOffsetShift = 32;

  mutable std::array<uint64_t, kChunksPerFragment> words_{};
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_BITMAP_PACKED_DIRECTORY_H_
