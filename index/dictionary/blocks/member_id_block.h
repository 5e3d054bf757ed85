// The bytes of a block of consecutive members' ids (index/FORMAT.md, database `member_ids`).
#ifndef MUSTER_INDEX_DICTIONARY_BLOCKS_MEMBER_ID_BLOCK_H_
#define MUSTER_INDEX_DICTIONARY_BLOCKS_MEMBER_ID_BLOCK_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "text/limits.h"

namespace muster::index {

// DO NOT CHANGE: stored. With its seal and LMDB's page header a block fills one page.
inline constexpr size_t kIdBlockBytesMax = 4064;
inline constexpr size_t kIdsPerRestart = 16;
// Ids of up to this size may be stored as digits.
inline constexpr size_t kDigitsIdBytesMax = 128;

// How all ids of a block are stored. Each returns the exact text. DO NOT CHANGE the numbers.
enum class IdForm : uint8_t {
  // The bytes that all ids begin with once, and the rest of each.
  kText = 1,
  // The same, and the rest of each is a decimal number: stored as its distance from the least, in as many bits
  // as the greatest needs.
  kDecimal = 2,
  // All have one size and differ in hexadecimal digits of one case alone: a pattern, and those digits, two a
  // byte. Hashes, UUIDs, and decimal numbers of many digits.
  kDigits = 3,
};

// Layout, little-endian: format u8 (2), form u8, count u16, sum of all ids before the block u64 (SumWithId);
// then, from byte 12 on, what the form requires:
//   kText: size of the beginning u16, bytes of a size u8 (0: the rests have one size; 1; 2), zero u8, that one
//     size u16 (else 0), the beginning; where every sixteenth rest begins, u16 each, and the size of each rest,
//     both unless they have one size; the rests.
//   kDecimal: size of the beginning u16, digits of each number u8 (0: as many as it needs), bits u8, the least
//     number u64, the beginning, the distances, packed.
//   kDigits: size of an id u16, upper case u8 (0, 1), zero u8, the pattern (any of the ids), a bit for each of
//     its bytes, set where ids differ; for each id the digits there, the first in the upper half of a byte.
// An erased id is empty; a block with one has the form kText without a common beginning.

// The running sum of a dictionary's ids, which identifies the ids and their order: the sum up to and
// including `id`. 0: no ids.
uint64_t SumWithId(uint64_t sum_before, std::string_view id);

// A view of a stored block. Memory-safe for any bytes. Lifetime: the bytes outlive it.
class MemberIdBlock {
 public:
  // Checks the header and the sizes of its parts; the seal of the record is checked before. DATA_LOSS,
  // kStorageCorrupt.
  static absl::StatusOr<MemberIdBlock> Parse(std::string_view bytes);
  // DATA_LOSS, kStorageCorrupt: what MemberIdReader::Read means by false.
  static absl::Status Damaged();

  size_t count() const { return count_; }
  IdForm form() const { return form_; }
  // The sum of all ids before the block.
  uint64_t sum_before() const { return sum_before_; }
  // The sum of those and of the block's first `count` ids. DATA_LOSS as Visit. REQUIRES: count ≤ count().
  absl::StatusOr<uint64_t> SumTo(size_t count) const;
  // Calls `visit(index, id)` for [begin, end), ascending. An erased id is empty. The id is valid during the
  // visit only. DATA_LOSS when an entry leaves the block. REQUIRES: end ≤ count().
  absl::Status Visit(size_t begin, size_t end, absl::FunctionRef<void(size_t, std::string_view)> visit) const;

 private:
  friend class MemberIdReader;
  MemberIdBlock() = default;
  absl::Status ParseText(std::string_view bytes);
  absl::Status ParseDecimal(std::string_view bytes);
  absl::Status ParseDigits(std::string_view bytes);

  IdForm form_ = IdForm::kText;
  size_t count_ = 0;
  uint64_t sum_before_ = 0;
  std::string_view beginning_;  // kDigits: the pattern
  std::string_view entries_;
  // kText
  size_t size_bytes_ = 0, one_size_ = 0;
  std::string_view restarts_, sizes_;
  // kDecimal
  size_t width_ = 0;
  uint32_t bits_ = 0;
  uint64_t least_ = 0;
  // kDigits
  bool upper_ = false;
  std::string_view differing_;
  size_t entry_bytes_ = 0;
};

// Reads ids of one block; fastest in ascending order. Not thread-safe. Lifetime: the block's bytes outlive it.
class MemberIdReader {
 public:
  explicit MemberIdReader(const MemberIdBlock& block);
  MemberIdReader(const MemberIdReader&) = delete;
  MemberIdReader& operator=(const MemberIdReader&) = delete;

  // The id at `index`, valid until the next call; empty: it was erased. False: the block is damaged.
  // REQUIRES: index < count().
  bool Read(size_t index, std::string_view& id);

 private:
  bool ReadText(size_t index, std::string_view& id);
  bool ReadDecimal(size_t index, std::string_view& id);
  void ReadDigits(size_t index, std::string_view& id);
  // kText: the rest that begins at `at`, behind the common beginning.
  bool WithBeginning(size_t at, size_t size, std::string_view& id);

  // Adjacent bytes in which ids differ.
  struct Run {
    uint16_t at, size;
  };

  const MemberIdBlock block_;
  size_t next_ = 0, next_at_ = 0;  // kText of many sizes: the id behind the last one, and where it begins
  std::array<Run, kDigitsIdBytesMax / 2> runs_;
  size_t run_count_ = 0;
  std::array<char, kMemberIdBytesMax + 32> text_;  // begins with the common beginning
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_DICTIONARY_BLOCKS_MEMBER_ID_BLOCK_H_
