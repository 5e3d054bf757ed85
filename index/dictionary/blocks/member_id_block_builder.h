// Builds blocks of member ids, each in the form that takes the fewest bytes.
#ifndef MUSTER_INDEX_DICTIONARY_BLOCKS_MEMBER_ID_BLOCK_BUILDER_H_
#define MUSTER_INDEX_DICTIONARY_BLOCKS_MEMBER_ID_BLOCK_BUILDER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "index/dictionary/blocks/member_id_block.h"

namespace muster::index {

// The block's size in each of the three forms of blocks (IdForm), kept up to date with every id.
//
// The form kText: a beginning that all ids share, and the rest of each id. A plain value.
struct IdTextShape {
  size_t count = 0;
  size_t beginning = 0;                   // bytes with which all ids begin
  size_t least = 0, most = 0, total = 0;  // sizes of ids; 0: an erased one

  void Add(std::string_view first, std::string_view id);
  // The size of a block of them.
  size_t Bytes() const;
  // The bytes in which the size of each rest is stored; 0 when all rests have the same size.
  size_t SizeBytes() const;
};

// The form kDecimal: a beginning that all ids share, and a decimal number. A plain value.
struct IdDecimalShape {
  bool possible = true;
  size_t beginning = 0;   // of the first id, before the digits at its end
  size_t width = 0;       // digits of the first id
  bool one_width = true;  // all ids have that many digits
  bool shortest = true;   // no number begins with a superfluous zero
  uint64_t least = 0, most = 0;

  // Adds the id at `index`, and sets `number` to its number.
  void Add(std::string_view first, std::string_view id, size_t index, uint64_t& number);
  size_t Bytes(size_t count) const;
};

// The form kDigits: a pattern that all ids share, with hexadecimal digits in the bytes in which they differ.
// The bytes of an id are handled eight at a time, as words; masks have the upper bit of each byte set or not.
struct IdDigitsShape {
  static constexpr size_t kWords = kDigitsIdBytesMax / 8;
  bool possible = true;
  bool upper = false;
  size_t digits = 0;  // bytes in which ids differ
  std::array<uint64_t, kWords> differing, not_lower, not_upper;

  // Becomes the shape of the ids of `before` and of `id`, which is the one at `index`.
  void Extend(const IdDigitsShape& before, std::string_view first, std::string_view id, size_t index);
  size_t Bytes(size_t count, size_t id_bytes) const;
};

// Collects ids for one block after another. Not thread-safe.
class MemberIdBlockBuilder {
 public:
  // `sum_before`: the sum of all ids before the block.
  explicit MemberIdBlockBuilder(uint64_t sum_before = 0) : sum_before_(sum_before), sum_(sum_before) {}

  // False when no form of the block has room; the id is then not added. The text is read again by Finish: it
  // must outlive that. Empty: an erased id. REQUIRES: id.size() ≤ kMemberIdBytesMax.
  bool Add(std::string_view id);
  size_t count() const { return ids_.size(); }
  // The sum of all ids so far, including those of finished blocks.
  uint64_t sum() const { return sum_; }
  // Returns the block's bytes and begins the next block, which is empty. REQUIRES: count() > 0.
  std::string Finish();

 private:
  void AppendText(std::string& block) const;
  void AppendDecimal(std::string& block) const;
  void AppendDigits(std::string& block) const;

  uint64_t sum_before_, sum_;
  std::vector<std::string_view> ids_;
  std::vector<uint64_t> numbers_;  // of the ids, as long as they may become decimal numbers
  IdTextShape text_;
  IdDecimalShape decimal_;
  // digits_[now_] is the shape of the ids so far. The other one is computed for them and the next id, which
  // may not fit.
  std::array<IdDigitsShape, 2> digits_;
  size_t now_ = 0;
  IdForm form_ = IdForm::kText;  // the best for the ids so far
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_DICTIONARY_BLOCKS_MEMBER_ID_BLOCK_BUILDER_H_
