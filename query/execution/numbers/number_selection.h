// Who of a chunk is selected and has a number, and the numbers: what ranking them works on.
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

// One chunk's selection. Few members are listed with their numbers, and no slice is read from end to end; of
// many there are bitsets, and a slice is read when it is first asked for. Not thread-safe. Everything it
// gives out lasts as long as this; meanwhile registers are taken in scopes within its own alone.
class SelectedNumbers {
 public:
  struct ListedMember {
    uint16_t value;  // within the chunk
    int64_t number;
  };
  // Those on one side of zero. Without anybody there is no bitset.
  struct Half {
    const uint8_t* bitset = nullptr;
    uint32_t count = 0;
  };

  // Of `selected`, a set of the chunk that the context entered. `number`: a kRange node, whose bounds don't
  // matter. All of them outlive this.
  SelectedNumbers(EvalContext& context, const ProgramNode& number, const index::ChunkView& selected);
  SelectedNumbers(const SelectedNumbers&) = delete;
  SelectedNumbers& operator=(const SelectedNumbers&) = delete;

  uint32_t members() const { return members_; }
  bool is_listed() const { return is_listed_; }
  // REQUIRES: is_listed().
  absl::Span<const ListedMember> listed() const { return {listed_.data(), members_}; }

  // REQUIRES for the rest: somebody is selected, and not is_listed().
  const uint8_t* bitset() const { return bitset_; }
  const Half& from_zero() const { return from_zero_; }
  // With a sign; a sign without a magnitude is among them, though it is zero.
  const Half& below_zero() const { return below_zero_; }
  // Bits of a magnitude.
  uint32_t bits() const { return bits_; }
  // NoneOfChunk() where nobody has the bit.
  const uint8_t* slice(uint32_t bit);
  // Slices `first` and above.
  ChunkNumbers slices_from(uint32_t first);
  // Bits [0, bits) of a member's magnitude.
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
  // Only as many as were set are looked at.
  std::array<ListedMember, kMaxDriverValues> listed_;
  std::array<const uint8_t*, index::kMagnitudeBits> slices_{};
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_NUMBERS_NUMBER_SELECTION_H_
