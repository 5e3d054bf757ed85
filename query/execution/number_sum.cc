#include "query/execution/number_sum.h"

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
  const ChunkView selected = Select(0);
  if (selected.form == ChunkForm::kEmpty) return;
  if (selected.form == ChunkForm::kArray) return AddSumOfList(selected, number, sum);
  const size_t mark = registers_.Mark();
  const uint8_t* both[] = {AsBitset(selected), nullptr};
  // By place in `number.rows`; empty rows are not read.
  std::array<const uint8_t*, kFirstSliceRow + index::kMagnitudeBits> bitsets;
  std::array<uint32_t, kFirstSliceRow + index::kMagnitudeBits> bits;
  std::array<uint64_t, kFirstSliceRow + index::kMagnitudeBits> counts{};
  uint32_t count = 0;
  for (uint32_t row = 0; row < number.rows.size(); ++row) {
    const ChunkView view = RowView(number.rows[row], registers_.Take());
    rows_.NoteWhole(number.rows[row]);
    if (row == kKnownRowPlace && view.form == ChunkForm::kEmpty) break;  // nobody has a number
    if (row == kSignRowPlace && view.form != ChunkForm::kEmpty) both[1] = AsBitset(view);
    if (row == kSignRowPlace || view.form == ChunkForm::kEmpty) continue;
    bitsets[count] = AsBitset(view);
    bits[count++] = row - kFirstSliceRow;
  }
  if (count == 0) return registers_.Release(mark);
  kernels_.count_rows({both, 1, 0}, bitsets.data(), count, counts.data());
  sum.members += counts[0];
  for (uint32_t i = 1; i < count; ++i) sum.sum += absl::int128(counts[i]) << static_cast<int>(bits[i]);
  if (both[1] != nullptr) {
    counts.fill(0);
    kernels_.count_rows({both, 2, 0}, bitsets.data() + 1, count - 1, counts.data());
    for (uint32_t i = 1; i < count; ++i) {
      sum.sum -= absl::int128(counts[i - 1]) << static_cast<int>(bits[i] + 1);
    }
  }
  registers_.Release(mark);
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
