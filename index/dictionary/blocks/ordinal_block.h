// The bytes of a block of ordinals, by the hashes of their ids (index/FORMAT.md, database `ordinals`).
#ifndef MUSTER_INDEX_DICTIONARY_BLOCKS_ORDINAL_BLOCK_H_
#define MUSTER_INDEX_DICTIONARY_BLOCKS_ORDINAL_BLOCK_H_

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "index/bitmap/geometry.h"
#include "index/storage/pages/keys.h"

namespace muster::index {

// DO NOT CHANGE: stored. With its seal and LMDB's page header a block fills one page.
inline constexpr size_t kOrdinalBlockBytesMax = 4064;

// An ordinal and the upper half of its id's hash. Ordered by hash, then by ordinal.
struct HashedOrdinal {
  uint32_t hash = 0;
  Ordinal ordinal = 0;
  friend auto operator<=>(const HashedOrdinal&, const HashedOrdinal&) = default;
};

// The key of a block is that of its first entry; a block's entries are below the next block's key. Ids of one
// hash may fill several blocks.
Key<12> OrdinalBlockKey(const HashedOrdinal& first);
// The entry that a key is made of. DATA_LOSS: it has the wrong size.
absl::StatusOr<HashedOrdinal> EntryOfKey(std::string_view key);

// The size of a block of `count` entries whose hashes span `range` (the last less the first), with ordinals
// of up to `ordinal_bits` bits.
size_t OrdinalBlockBytes(size_t count, uint32_t range, uint32_t ordinal_bits);

// REQUIRES: one entry or more, ascending and different; the block has at most kOrdinalBlockBytesMax.
std::string EncodeOrdinalBlock(absl::Span<const HashedOrdinal> entries);

// A view of a stored block. Memory-safe for any bytes. Lifetime: the bytes outlive it.
//
// Layout, little-endian: format u8 (1), low bits u8, ordinal bits u8, zero u8, count of entries u16, count of
// buckets u16. A hash's distance from that of the key is a bucket, and as many low bits as the header says.
// Then for each bucket the index of its first entry, u16; and the low bits and the ordinal of each entry, packed.
// There are about eight entries a bucket.
class OrdinalBlock {
 public:
  // DATA_LOSS, kStorageCorrupt: the sizes in its header don't fit.
  static absl::StatusOr<OrdinalBlock> Parse(std::string_view key, std::string_view bytes);

  size_t count() const { return count_; }
  HashedOrdinal first() const { return first_; }
  // Appends the ordinals of ids with that hash, ascending. False: the block is damaged.
  bool Find(uint32_t hash, std::vector<Ordinal>& found) const;
  // The hash of the last entry.
  uint64_t last_hash() const;
  // Appends all entries. DATA_LOSS.
  absl::Status Decode(std::vector<HashedOrdinal>& entries) const;

 private:
  OrdinalBlock() = default;
  // False: the buckets are not in order.
  bool BoundsOf(size_t bucket, size_t& begin, size_t& end) const;
  uint64_t LowOf(size_t entry) const;
  Ordinal OrdinalOf(size_t entry) const;

  HashedOrdinal first_;
  size_t count_ = 0;
  size_t buckets_ = 0;
  uint32_t low_bits_ = 0;
  uint32_t ordinal_bits_ = 0;
  std::string_view starts_, entries_;
};

// DATA_LOSS, kStorageCorrupt: what Find means by false.
absl::Status DamagedOrdinalBlock(std::string_view why);

}  // namespace muster::index

#endif  // MUSTER_INDEX_DICTIONARY_BLOCKS_ORDINAL_BLOCK_H_
