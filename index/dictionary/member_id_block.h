// The bytes of a block of consecutive members' ids (index/FORMAT.md, database `member_ids`).
#ifndef MUSTER_INDEX_DICTIONARY_MEMBER_ID_BLOCK_H_
#define MUSTER_INDEX_DICTIONARY_MEMBER_ID_BLOCK_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace muster::index {

// DO NOT CHANGE: stored. With its seal and LMDB's page header a block fills one page.
inline constexpr size_t kIdBlockBytesMax = 4064;
inline constexpr size_t kIdsPerRestart = 16;

// Layout, little-endian: format u8 (1), zero u8, count u16, checksum u32 (low half of XXH3-64 of all other
// bytes), sum of all ids before the block u64 (SumWithId); then for each id, in ordinal order, how many bytes
// it shares with the id before it and how many follow (varints), and those bytes; then where every sixteenth
// id begins, u16 each; such an id shares nothing. An erased id is empty.

// The running sum of a dictionary's ids, which identifies the ids and their order: the sum up to and
// including `id`. 0: no ids.
uint64_t SumWithId(uint64_t sum_before, std::string_view id);

// Builds blocks. Not thread-safe.
class MemberIdBlockBuilder {
 public:
  // `sum_before`: the sum of all ids before the block.
  explicit MemberIdBlockBuilder(uint64_t sum_before = 0) : sum_before_(sum_before), sum_(sum_before) {}

  // False when the block is full; the id is then not added. REQUIRES: id.size() ≤ kMemberIdBytesMax.
  bool Add(std::string_view id);
  size_t count() const { return count_; }
  // The sum of all ids so far, including those of finished blocks.
  uint64_t sum() const { return sum_; }
  // Returns the block's bytes and begins the next block, which is empty. REQUIRES: count() > 0.
  std::string Finish();

 private:
  uint64_t sum_before_, sum_;
  std::string entries_;
  std::vector<uint16_t> restarts_;
  std::string previous_;
  size_t count_ = 0;
};

// A view of a stored block. Lifetime: the bytes outlive it.
class MemberIdBlock {
 public:
  // Checks header, checksum and restarts. DATA_LOSS, kStorageCorrupt.
  static absl::StatusOr<MemberIdBlock> Parse(std::string_view bytes);
  size_t count() const { return count_; }
  // The sum of all ids before the block.
  uint64_t sum_before() const { return sum_before_; }
  // The sum of those and of the block's first `count` ids. DATA_LOSS as Visit. REQUIRES: count ≤ count().
  absl::StatusOr<uint64_t> SumTo(size_t count) const;
  // Calls `visit(index, id)` for [begin, end), ascending. An erased id is empty. The id is valid during the
  // visit only. DATA_LOSS when an entry leaves the block. REQUIRES: end ≤ count().
  absl::Status Visit(size_t begin, size_t end, absl::FunctionRef<void(size_t, std::string_view)> visit) const;

 private:
  MemberIdBlock(std::string_view entries, std::string_view restarts, size_t count, uint64_t sum_before)
      : entries_(entries), restarts_(restarts), count_(count), sum_before_(sum_before) {}
  std::string_view entries_, restarts_;
  size_t count_;
  uint64_t sum_before_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_DICTIONARY_MEMBER_ID_BLOCK_H_
