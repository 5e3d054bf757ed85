#include "query/execution/numbers/number_sum.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "query/execution/chunk_evaluator.h"
#include "query/execution/kernels/sparse_chunks.h"

namespace muster::query {

using index::ChunkForm;
using index::ChunkView;

// A number's rows in a chunk that hold anybody.
struct ChunkEvaluator::NumberBitsets {
  const uint8_t* sign = nullptr;  // null: nobody is below zero
  // The known row, then slices, each with its bit.
  std::array<const uint8_t*, 1 + index::kMagnitudeBits> rows;
  std::array<uint32_t, 1 + index::kMagnitudeBits> bits;
  uint32_t count = 0;  // 0: nobody has a number
};

void ChunkEvaluator::ReadNumber(const ProgramNode& number, NumberBitsets& bitsets) {
  for (uint32_t row = 0; row < number.rows.size(); ++row) {
    const uint8_t* const bitset = NumberRowBitset(number.rows[row]);
    if (bitset == NoneOfChunk() && row == kKnownRowPlace) return;
    if (bitset == NoneOfChunk()) continue;
    if (row == kSignRowPlace) {
      bitsets.sign = bitset;
    } else {
      bitsets.bits[bitsets.count] = row - kFirstSliceRow;
      bitsets.rows[bitsets.count++] = bitset;
    }
  }
}

// Σ 2^i · |slice i ∧ selected| (O'Neil and Quass 1997). Who is below zero is in there with the wrong sign,
// and so taken away twice.
void ChunkEvaluator::AddSum(const ProgramNode& number, NumberSum& sum) {
  registers_.Release(0);
  FusedOperands fused;
  const ChunkView selected = Conjoin(program_.conjunction_of(0), registers_.Take(), nullptr, &fused);
  if (selected.form == ChunkForm::kEmpty) return;
  if (selected.form == ChunkForm::kArray) return AddSumOfList(selected, number, sum);
  const bool waiting = selected.form == ChunkForm::kBitset && selected.bytes == nullptr;
  if (!waiting) fused.StartWith(AsBitset(selected));
  NumberBitsets bitsets;
  ReadNumber(number, bitsets);
  if (bitsets.count == 0) return;
  FusedOperands::Room room;
  const ChunkOperands within = fused.Waiting(room);
  std::array<uint64_t, 1 + index::kMagnitudeBits> counts{};
  kernels_.count_rows(within, bitsets.rows.data(), bitsets.count, counts.data());
  sum.members += counts[0];
  for (uint32_t i = 1; i < bitsets.count; ++i) {
    sum.sum += absl::int128(counts[i]) << static_cast<int>(bitsets.bits[i]);
  }
  if (bitsets.sign == nullptr) return;
  std::array<const uint8_t*, kMaxFused + 1> asked = {bitsets.sign};
  std::copy_n(room.begin(), within.count(), asked.begin() + 1);
  counts.fill(0);
  kernels_.count_rows({asked.data(), within.positives + 1, within.negatives}, bitsets.rows.data() + 1,
                      bitsets.count - 1, counts.data());
  for (uint32_t i = 1; i < bitsets.count; ++i) {
    sum.sum -= absl::int128(counts[i - 1]) << static_cast<int>(bitsets.bits[i] + 1);
  }
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
