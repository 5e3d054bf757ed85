#include "query/execution/number_sum.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "query/execution/chunk_evaluator.h"
#include "query/execution/sparse_chunks.h"

namespace muster::query {

using index::ChunkForm;
using index::ChunkView;

// Σ 2^i · |slice i ∧ selected| (O'Neil and Quass 1997). Who is below zero is in there with the wrong sign,
// and so taken away twice.
void ChunkEvaluator::AddSum(const ProgramNode& number, NumberSum& sum) {
  registers_.Release(0);
  FusedOperands fused;
  const ChunkView selected = Conjoin(program_.conjunction_of(0), registers_.Take(), nullptr, &fused);
  if (selected.form == ChunkForm::kEmpty) return;
  if (selected.form == ChunkForm::kArray) return AddSumOfList(selected, number, sum);
  if (selected.bytes != nullptr || selected.form != ChunkForm::kBitset) fused.StartWith(AsBitset(selected));
  // Everybody who is asked for; in front of them is room for the sign.
  std::array<const uint8_t*, kMaxFused + 1> asked;
  FusedOperands::Room room;
  const ChunkOperands within = fused.Waiting(room);
  std::copy_n(room.begin(), within.count(), asked.begin() + 1);
  // Rows with anybody in them, the known one first.
  std::array<const uint8_t*, kFirstSliceRow + index::kMagnitudeBits> bitsets;
  std::array<uint32_t, kFirstSliceRow + index::kMagnitudeBits> bits;
  uint32_t count = 0;
  asked[0] = nullptr;
  for (uint32_t row = 0; row < number.rows.size(); ++row) {
    const ChunkView view = RowView(number.rows[row], registers_.Take());
    rows_.NoteWhole(number.rows[row]);
    if (row == kKnownRowPlace && view.form == ChunkForm::kEmpty) return;  // nobody has a number
    if (view.form == ChunkForm::kEmpty) continue;
    const uint8_t* const bitset = AsBitset(view);
    if (row == kSignRowPlace) {
      asked[0] = bitset;
      continue;
    }
    bits[count] = row - kFirstSliceRow;
    bitsets[count++] = bitset;
  }
  std::array<uint64_t, kFirstSliceRow + index::kMagnitudeBits> counts{};
  kernels_.count_rows(within, bitsets.data(), count, counts.data());
  sum.members += counts[0];
  for (uint32_t i = 1; i < count; ++i) sum.sum += absl::int128(counts[i]) << static_cast<int>(bits[i]);
  if (asked[0] == nullptr) return;
  counts.fill(0);
  const ChunkOperands below_zero{asked.data(), within.positives + 1, within.negatives};
  kernels_.count_rows(below_zero, bitsets.data() + 1, count - 1, counts.data());
  for (uint32_t i = 1; i < count; ++i)
    sum.sum -= absl::int128(counts[i - 1]) << static_cast<int>(bits[i] + 1);
}

void ChunkEvaluator::AddSumOfList(const ChunkView& selected, const ProgramNode& number, NumberSum& sum) {
  const uint32_t members = CountBoth(selected, number.rows[kKnownRowPlace]);
  if (members == 0) return;
  sum.members += members;
  const size_t mark = registers_.Mark();
  ChunkRegister& below_zero = registers_.Take();
  std::memcpy(below_zero.list(), selected.bytes, size_t{selected.count} * sizeof(uint16_t));
  const uint32_t negatives = FilterByRow(below_zero.list(), selected.count, number.rows[kSignRowPlace], true);
  const ChunkView negative{ChunkForm::kArray, negatives, below_zero.bytes()};
  for (size_t row = kFirstSliceRow; row < number.rows.size() && !Stopped(); ++row) {
    const size_t bit = row - kFirstSliceRow;
    sum.sum += absl::int128(CountBoth(selected, number.rows[row])) << static_cast<int>(bit);
    if (negatives == 0) continue;
    sum.sum -= absl::int128(CountBoth(negative, number.rows[row])) << static_cast<int>(bit + 1);
  }
  registers_.Release(mark);
}

uint32_t ChunkEvaluator::CountBoth(const ChunkView& selected, RowIndex row) {
  const size_t mark = registers_.Mark();
  ChunkRegister& list = registers_.Take();
  std::memcpy(list.list(), selected.bytes, size_t{selected.count} * sizeof(uint16_t));
  const uint32_t count = FilterByRow(list.list(), selected.count, row, true);
  registers_.Release(mark);
  return count;
}

}  // namespace muster::query
