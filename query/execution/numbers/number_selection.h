// The members of a chunk that are selected and have a number, with access to their numbers for ranking.
#ifndef MUSTER_QUERY_EXECUTION_NUMBERS_NUMBER_SELECTION_H_
#define MUSTER_QUERY_EXECUTION_NUMBERS_NUMBER_SELECTION_H_

#include <array>
#include <cstdint>

#include "absl/types/span.h"
#include "index/bitmap/row_id.h"
#include "query/execution/kernels/kernels.h"
#include "query/execution/kernels/registers.h"
#include "query/execution/program/eval_context.h"
#include "query/execution/program/program.h"

namespace muster::query {

// The selection of one chunk. If it has few members, they are listed with their numbers and no slice is read
// from end to end; otherwise they are bitsets, and slices are read on demand. Not thread-safe. All results
// are valid as long as this object; while it lives, take registers only in scopes nested within its own.
class SelectedNumbers {
 public:
  struct ListedMember {
    uint16_t value;  // within the chunk
    int64_t number;
  };
  // The members on one side of zero; null bitset if there are none.
  struct Half {
    const uint8_t* bitset = nullptr;
    uint32_t count = 0;
  };

  // `selected`: a set of the chunk that the context entered. `number`: a kRange node, whose bounds are
  // ignored. All arguments outlive this object.
  SelectedNumbers(EvalContext& context, const ProgramNode& number, const index::ChunkView& selected);
  SelectedNumbers(const SelectedNumbers&) = delete;
  SelectedNumbers& operator=(const SelectedNumbers&) = delete;

  uint32_t members() const { return members_; }
  bool is_listed() const { return is_listed_; }
  // REQUIRES: is_listed().
  absl::Span<const ListedMember> listed() const { return {listed_.data(), members_}; }

  // REQUIRES for the functions below: the selection isn't empty and not is_listed().
  const uint8_t* bitset() const { return bitset_; }
  const Half& from_zero() const { return from_zero_; }
  // Members with the sign bit. Includes those with magnitude 0, whose number is zero.
  const Half& below_zero() const { return below_zero_; }
  // The number of bits of a magnitude.
  uint32_t bits() const { return bits_; }
  // NoneOfChunk() if no member has the bit.
  const uint8_t* slice(uint32_t bit);
  // Slices `first` and above.
  ChunkNumbers slices_from(uint32_t first);
  // The lowest `bits` bits of a member's magnitude.
  uint64_t low_bits(uint32_t value, uint32_t bits);

 private:
  void List(const ListedValue* list, uint32_t count);
  void PartBySign();

  EvalContext& context_;
  const ProgramNode& number_;
  const uint32_t bits_;
  RegisterScope scope_;
  uint32_t members_ = 0;
  bool is_listed_ = false;
  const uint8_t* bitset_ = nullptr;
  Half from_zero_;
  Half below_zero_;
  // Only the first members_ elements are set.
  std::array<ListedMember, kMaxDriverValues> listed_;
  std::array<const uint8_t*, index::kMagnitudeBits> slices_{};
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_NUMBERS_NUMBER_SELECTION_H_
