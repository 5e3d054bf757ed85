// A record's container directory in a few words, so that it is decoded once, not for each question.
#ifndef MUSTER_INDEX_BITMAP_PACKED_DIRECTORY_H_
#define MUSTER_INDEX_BITMAP_PACKED_DIRECTORY_H_

#include <array>
#include <atomic>
#include <cstdint>

#include "absl/types/span.h"
#include "index/bitmap/chunk_view.h"
#include "index/bitmap/geometry.h"

namespace muster::index {

// The place of a chunk in a record, packed into two words. A struct of small members is stored member by
// member, and a load of the whole word stalls on those stores; so this type is passed instead. A plain value.
class PackedChunk {
 public:
  PackedChunk() = default;
  // REQUIRES: `view.bytes` is null or points into the record that begins at `record`.
  PackedChunk(const ChunkView& view, const uint8_t* record)
      : word_(uint64_t{view.count} << kCountShift | kKnown | static_cast<uint64_t>(view.form)),
        record_(record) {
    if (view.bytes != nullptr) word_ |= static_cast<uint64_t>(view.bytes - record) << kOffsetShift;
  }
  // `word` is the word() of another PackedChunk.
  PackedChunk(uint64_t word, const uint8_t* record) : word_(word), record_(record) {}

  // False while nothing is known about the chunk.
  bool known() const { return word_ != 0; }
  uint64_t word() const { return word_; }
  // REQUIRES: known().
  ChunkView view() const {
    return {static_cast<ChunkForm>(word_ & kFormMask),
            static_cast<uint32_t>(word_ >> kCountShift) & kCountMask, record_ + (word_ >> kOffsetShift)};
  }

 private:
  // The known bit (1 bit), the form (7), the count (24), the offset of the bytes in the record (32).
  static constexpr uint64_t kFormMask = 0x7f;
  static constexpr uint64_t kKnown = 0x80;
  static constexpr int kCountShift = 8;
  static constexpr uint32_t kCountMask = 0xffffff;
  static constexpr int kOffsetShift = 32;

  uint64_t word_ = 0;
  const uint8_t* record_ = nullptr;
};

// Empty at first; the first thread that needs it reads it. Thread-safe: threads that read the same record
// concurrently write the same words, and each word is valid without the others.
class PackedDirectory {
 public:
  PackedDirectory() = default;

  // A chunk of `record`. known() is false until the directory was read.
  PackedChunk Find(absl::Span<const uint8_t> record, uint32_t chunk) const {
    return {std::atomic_ref<uint64_t>(words_[chunk]).load(std::memory_order_relaxed), record.data()};
  }
  // Whether the directory was read.
  bool known() const { return std::atomic_ref<uint64_t>(words_[0]).load(std::memory_order_relaxed) != 0; }
  // Reads the directory of `record`; empty bytes are the empty set. False when it is malformed: it then stays
  // unread, so that the next caller fails too.
  bool Read(absl::Span<const uint8_t> record) const;

 private:
  mutable std::array<uint64_t, kChunksPerFragment> words_{};
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_BITMAP_PACKED_DIRECTORY_H_
