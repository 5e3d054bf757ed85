#include "query/execution/numbers/number_selection.h"

#include "query/execution/kernels/sparse_chunks.h"
#include "query/execution/numbers/listed_numbers.h"
#include "query/execution/program/row_access.h"

namespace muster::query {

using index::ChunkForm;
using index::ChunkView;

SelectedNumbers::SelectedNumbers(EvalContext& context, const ProgramNode& number, const ChunkView& selected)
    : context_(context),
      number_(number),
      bits_(static_cast<uint32_t>(number.rows.size() - kFirstSliceRow)),
      scope_(context.registers()) {
  if (selected.form == ChunkForm::kEmpty) return;
  if (selected.form == ChunkForm::kArray && selected.count <= kMaxDriverValues) {
    ChunkRegister& list = scope_.Take();
    CopyValues(selected, list.list());
    List(list.list(), selected.count);
    return;
  }
  const uint8_t* const known = RowBitset(context, number.rows[kKnownRowPlace], scope_);
  if (known == NoneOfChunk()) return;
  const uint8_t* const both[] = {AsBitset(context, selected, scope_), known};
  ChunkRegister& members = scope_.Take();
  const uint32_t count = context.kernels().intersect({both, 2, 0}, members.bytes());
  if (count == 0) return;
  if (count <= kMaxDriverValues) {
    ChunkRegister& list = scope_.Take();
    ListParts(members.bytes(), kAllParts, list.list());
    List(list.list(), count);
    return;
  }
  members_ = count;
  bitset_ = members.bytes();
  from_zero_ = {members.bytes(), count};
  PartBySign();
}

void SelectedNumbers::PartBySign() {
  const Kernels& kernels = context_.kernels();
  const uint8_t* const sign = RowBitset(context_, number_.rows[kSignRowPlace], scope_);
  if (sign == NoneOfChunk()) return;
  const uint8_t* const parted[] = {bitset_, sign};
  ChunkRegister& below = scope_.Take();
  const uint32_t below_count = kernels.intersect({parted, 2, 0}, below.bytes());
  if (below_count == 0) return;
  below_zero_ = {below.bytes(), below_count};
  ChunkRegister& from = scope_.Take();
  const uint32_t from_count = kernels.intersect({parted, 1, 1}, from.bytes());
  from_zero_ = from_count == 0 ? Half{} : Half{from.bytes(), from_count};
}

void SelectedNumbers::List(const ListedValue* list, uint32_t count) {
  ListedNumbers put_together;
  PutNumbersTogether(context_, list, count, number_.rows, put_together);
  is_listed_ = true;
  for (uint32_t place = 0; place < count; ++place) {
    if (!put_together.known[place]) continue;
    listed_[members_++] = {list[place], put_together.number(place)};
  }
}

const uint8_t* SelectedNumbers::slice(uint32_t bit) {
  if (slices_[bit] == nullptr) {
    slices_[bit] = RowBitset(context_, number_.rows[kFirstSliceRow + bit], scope_);
  }
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

}  // namespace muster::query
