// Member ids that have an ordinal and aren't stored yet.
#ifndef MUSTER_INDEX_DICTIONARY_PENDING_IDS_H_
#define MUSTER_INDEX_DICTIONARY_PENDING_IDS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "index/bitmap/geometry.h"

namespace muster::index {

// Pending ids in the order of their ordinals, and a hash table of them: the text, and some 20 bytes for each
// id. Its constant members are safe in several threads while nothing is added.
class PendingIds {
 public:
  explicit PendingIds(Ordinal first) : first_(first) {}

  // `hash`: the id's by the dictionary's IdHash.
  std::optional<Ordinal> Find(std::string_view id, uint64_t hash) const;
  // Loads what Find will read into the processor's cache.
  void Prefetch(uint64_t hash) const;
  // Assigns the next ordinal to `id`. REQUIRES: the table doesn't hold `id`.
  Ordinal Add(std::string_view id, uint64_t hash);

  Ordinal first() const { return first_; }
  Ordinal next() const { return first_ + places_.size(); }
  size_t size() const { return places_.size(); }
  // The id of the ordinal first() + `index`; valid as long as the table lives, wherever it is moved.
  std::string_view id(size_t index) const;
  // The bytes of all ids together.
  uint64_t text_bytes() const { return text_bytes_; }
  uint64_t ByteSize() const;

 private:
  void Grow();
  // The slot from which a search begins. REQUIRES: there are slots.
  size_t SlotOf(uint32_t hash) const { return hash >> shift_; }

  Ordinal first_;
  std::vector<std::unique_ptr<char[]>> blocks_;  // texts, none across two blocks
  size_t used_ = 0;                              // bytes of the last block
  uint64_t text_bytes_ = 0;
  std::vector<uint64_t> places_;  // by id: its offset over all blocks, and its size
  // A hash table: each slot is OtherHash · index + 1, or 0 if it is free. Its size is a power of two, and at
  // most three quarters of the slots are in use.
  std::vector<uint64_t> slots_;
  int shift_ = 32;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_DICTIONARY_PENDING_IDS_H_
