// The places of all blocks of a database of the member dictionary.
#ifndef MUSTER_INDEX_DICTIONARY_BLOCK_DIRECTORY_H_
#define MUSTER_INDEX_DICTIONARY_BLOCK_DIRECTORY_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "index/storage/transaction.h"

namespace muster::index {

// For each block, in order, its key and where it lies in the map: 28 bytes. Valid for transactions with the view
// of the one that it was made in. Immutable.
class BlockDirectory {
 public:
  BlockDirectory() = default;
  // `database`: kOrdinals, whose keys begin with a hash, or kMemberIds, whose keys are ordinals. The blocks
  // aren't read. DATA_LOSS.
  static absl::StatusOr<BlockDirectory> Read(const ReadTransaction& view, DatabaseId database);

  size_t count() const { return starts_.size(); }
  // The hash or ordinal with which the block's key begins.
  uint64_t start(size_t block) const { return starts_[block]; }
  // The last block from `from` on that starts below `bound`; `from` when there is none. REQUIRES: from < count().
  size_t LastBelow(uint64_t bound, size_t from) const;
  std::string_view bytes(size_t block) const { return {blocks_[block].data, blocks_[block].size}; }
  std::string_view key(size_t block) const { return {blocks_[block].key, key_bytes_}; }
  // Checks the block's seal, once a process. DATA_LOSS. REQUIRES: `view` has the view that this is valid for.
  absl::Status Check(const ReadTransaction& view, size_t block) const;
  // Loads the header of a block into the processor's cache, and what lies a `share` (0 to 1) of the way to its
  // end.
  void Prefetch(size_t block, double share) const;

 private:
  struct Block {
    const char* data;
    const char* key;
    uint32_t size;
  };
  DatabaseId database_ = DatabaseId::kOrdinals;
  size_t key_bytes_ = 0;
  std::vector<uint64_t> starts_;
  std::vector<Block> blocks_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_DICTIONARY_BLOCK_DIRECTORY_H_
