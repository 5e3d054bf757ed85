#include "query/execution/numbers/number_sum.h"

#include <algorithm>
#include <array>

#include "query/execution/kernels/fused_operands.h"
#include "query/execution/kernels/sparse_chunks.h"
#include "query/execution/numbers/listed_numbers.h"
#include "query/execution/program/row_access.h"

namespace muster::query {
namespace {

// The non-empty rows of a number in a chunk.
struct NumberBitsets {
  const uint8_t* sign = nullptr;  // null: no number is negative
  // The known row and the slices, each with its bit.
  std::array<const uint8_t*, 1 + index::kMagnitudeBits> rows;
  std::array<uint32_t, 1 + index::kMagnitudeBits> bits;
  uint32_t count = 0;  // 0: no member has a number

  NumberBitsets(EvalContext& context, const ProgramNode& number, RegisterScope& scope) {
    for (uint32_t row = 0; row < number.rows.size(); ++row) {
      const uint8_t* const bitset = RowBitset(context, number.rows[row], scope);
      if (bitset == NoneOfChunk() && row == kKnownRowPlace) return;
      if (bitset == NoneOfChunk()) continue;
      if (row == kSignRowPlace) {
        sign = bitset;
      } else {
        bits[count] = row - kFirstSliceRow;
        rows[count++] = bitset;
      }
    }
  }
};

}  // namespace

// Σ 2^i · |slice i ∧ selected| (O'Neil and Quass 1997). Negative numbers are included with the wrong sign, so
// their magnitudes are subtracted twice.
void AddSum(EvalContext& context, const ProgramNode& number, const ChunkOperands& within, NumberSum& sum) {
  RegisterScope scope(context.registers());
  const NumberBitsets bitsets(context, number, scope);
  if (bitsets.count == 0) return;
  std::array<uint64_t, 1 + index::kMagnitudeBits> counts{};
  context.kernels().count_rows(within, bitsets.rows.data(), bitsets.count, counts.data());
  sum.members += counts[0];
  for (uint32_t i = 1; i < bitsets.count; ++i) {
    sum.sum += absl::int128(counts[i]) << static_cast<int>(bitsets.bits[i]);
  }
  if (bitsets.sign == nullptr) return;
  std::array<const uint8_t*, kMaxFused + 1> asked = {bitsets.sign};
  std::copy_n(within.bitsets, within.count(), asked.begin() + 1);
  counts.fill(0);
  context.kernels().count_rows({asked.data(), within.positives + 1, within.negatives},
                               bitsets.rows.data() + 1, bitsets.count - 1, counts.data());
  for (uint32_t i = 1; i < bitsets.count; ++i) {
    sum.sum -= absl::int128(counts[i - 1]) << static_cast<int>(bitsets.bits[i] + 1);
  }
}

void AddSumOfList(EvalContext& context, const ProgramNode& number, const index::ChunkView& selected,
                  NumberSum& sum) {
  RegisterScope scope(context.registers());
  ChunkRegister& all = scope.Take();
  CopyValues(selected, all.list());
  const uint32_t members = CountListed(context, all.list(), selected.count, number.rows[kKnownRowPlace]);
  if (members == 0) return;
  sum.members += members;
  ChunkRegister& below_zero = scope.Take();
  CopyList(all.list(), selected.count, below_zero.list());
  const uint32_t negatives =
      FilterByRow(context, below_zero.list(), selected.count, number.rows[kSignRowPlace], true);
  for (size_t row = kFirstSliceRow; row < number.rows.size() && !context.Stopped(); ++row) {
    const int bit = static_cast<int>(row - kFirstSliceRow);
    sum.sum += absl::int128(CountListed(context, all.list(), selected.count, number.rows[row])) << bit;
    if (negatives == 0) continue;
    sum.sum -= absl::int128(CountListed(context, below_zero.list(), negatives, number.rows[row]))
               << (bit + 1);
  }
}

}  // namespace muster::query
