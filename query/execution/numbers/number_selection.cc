#include "query/execution/numbers/number_selection.h"

#include <cstring>

#include "query/execution/chunk_evaluator.h"
#include "query/execution/kernels/sparse_chunks.h"

namespace muster::query {

using index::ChunkForm;
using index::ChunkView;

SelectedNumbers::SelectedNumbers(ChunkEvaluator& evaluator, const ProgramNode& number)
    : evaluator_(evaluator),
      number_(number),
      bits_(static_cast<uint32_t>(number.rows.size() - kFirstSliceRow)) {
  evaluator.SelectNumbers(number, *this);
}

const uint8_t* SelectedNumbers::slice(uint32_t bit) {
  if (slices_[bit] == nullptr) slices_[bit] = evaluator_.NumberRowBitset(number_.rows[kFirstSliceRow + bit]);
  return slices_[bit];
}

ChunkNumbers SelectedNumbers::slices_from(uint32_t first) {
  for (uint32_t bit = first; bit < bits_; ++bit) slice(bit);
  return {slices_.data() + first, bits_ - first, 0, 0};
}

uint64_t SelectedNumbers::low_bits(uint32_t value, uint32_t bits) {
  uint64_t magnitude = 0;
  for (uint32_t bit = 0; bit < bits; ++bit) magnitude |= uint64_t{BitOf(slice(bit), value)} << bit;
  return magnitude;
}

void ChunkEvaluator::SelectNumbers(const ProgramNode& number, SelectedNumbers& numbers) {
  const ChunkView selected = Select(0);
  if (selected.form == ChunkForm::kEmpty) return;
  if (selected.form == ChunkForm::kArray && selected.count <= kMaxDriverValues) {
    ChunkRegister& list = registers_.Take();
    std::memcpy(list.list(), selected.bytes, size_t{selected.count} * sizeof(uint16_t));
    return ListNumbers(number, list, selected.count, numbers);
  }
  const uint8_t* known = NumberRowBitset(number.rows[kKnownRowPlace]);
  if (known == NoneOfChunk()) return;
  const uint8_t* const both[] = {AsBitset(selected), known};
  ChunkRegister& members = registers_.Take();
  const uint32_t count = kernels_.intersect({both, 2, 0}, members.bytes());
  if (count <= kMaxDriverValues) {
    if (count == 0) return;
    ChunkRegister& list = registers_.Take();
    ListParts(members.bytes(), kAllParts, list.list());
    return ListNumbers(number, list, count, numbers);
  }
  numbers.members_ = count;
  numbers.bitset_ = members.bytes();
  numbers.from_zero_ = {members.bytes(), count};
  const uint8_t* sign = NumberRowBitset(number.rows[kSignRowPlace]);
  if (sign == NoneOfChunk()) return;
  const uint8_t* const parted[] = {members.bytes(), sign};
  ChunkRegister& below = registers_.Take();
  const uint32_t below_count = kernels_.intersect({parted, 2, 0}, below.bytes());
  if (below_count == 0) return;
  numbers.below_zero_ = {below.bytes(), below_count};
  ChunkRegister& from = registers_.Take();
  const uint32_t from_count = kernels_.intersect({parted, 1, 1}, from.bytes());
  numbers.from_zero_ =
      from_count == 0 ? SelectedNumbers::Half{} : SelectedNumbers::Half{from.bytes(), from_count};
}

void ChunkEvaluator::ListNumbers(const ProgramNode& number, ChunkRegister& list, uint32_t count,
                                 SelectedNumbers& numbers) {
  ListedNumbers put_together;
  PutNumbersTogether(list.list(), count, number, put_together);
  numbers.is_listed_ = true;
  for (uint32_t place = 0; place < count; ++place) {
    if (!put_together.known[place]) continue;
    numbers.listed_[numbers.members_++] = {list.list()[place], put_together.number(place)};
  }
}

const uint8_t* ChunkEvaluator::NumberRowBitset(RowIndex row) {
  rows_.NoteWhole(row);
  const RowChunk chunk = rows_.ChunkOf(row, chunk_);
  if (chunk.composed) return RowView(row, registers_.Take()).bytes;
  NoteRead(chunk.view);
  return AsBitset(chunk.view);
}

}  // namespace muster::query
