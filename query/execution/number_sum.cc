#include "query/execution/number_sum.h"

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
  const uint32_t members = CountBoth(selected, number.rows[kKnownRowPlace]);
  if (members == 0) return;
  sum.members += members;
  const size_t mark = registers_.Mark();
  ChunkView below_zero;
  if (CountBoth(selected, number.rows[kSignRowPlace]) > 0) {
    const ChunkView sign = RowView(number.rows[kSignRowPlace], registers_.Take());
    const uint8_t* const both[] = {AsBitset(selected), AsBitset(sign)};
    ChunkRegister& into = registers_.Take();
    kernels_.intersect({both, 2, 0}, into.bytes());
    below_zero = ChunkView{ChunkForm::kBitset, 0, into.bytes()};
  }
  for (size_t row = kFirstSliceRow; row < number.rows.size() && !Stopped(); ++row) {
    const size_t bit = row - kFirstSliceRow;
    sum.sum += absl::int128(CountBoth(selected, number.rows[row])) << static_cast<int>(bit);
    if (below_zero.form == ChunkForm::kEmpty) continue;
    sum.sum -= absl::int128(CountBoth(below_zero, number.rows[row])) << static_cast<int>(bit + 1);
  }
  registers_.Release(mark);
}

uint32_t ChunkEvaluator::CountBoth(const ChunkView& selected, RowIndex row) {
  if (selected.form == ChunkForm::kEmpty) return 0;
  const size_t mark = registers_.Mark();
  uint32_t count = 0;
  if (selected.form == ChunkForm::kArray) {
    ChunkRegister& list = registers_.Take();
    std::memcpy(list.list(), selected.bytes, size_t{selected.count} * sizeof(uint16_t));
    count = FilterByRow(list.list(), selected.count, row, true);
  } else {
    const ChunkView view = RowView(row, registers_.Take());
    if (selected.form == ChunkForm::kFull || view.form == ChunkForm::kEmpty) {
      count = CountView(view);
    } else if (view.form == ChunkForm::kFull) {
      count = CountView(selected);
    } else {
      const uint8_t* const both[] = {AsBitset(selected), AsBitset(view)};
      count = kernels_.intersect({both, 2, 0}, nullptr);
    }
  }
  registers_.Release(mark);
  return count;
}

}  // namespace muster::query
