// AND: what all operands hold and no negated one does.
#include <algorithm>
#include <cstring>

#include "query/execution/chunk_evaluator.h"
#include "query/execution/sparse_chunks.h"

namespace muster::query {
namespace {

using index::ChunkForm;
using index::ChunkView;

// Operands that one pass takes: as many streams as a processor's prefetcher follows.
constexpr uint32_t kMaxFused = 8;
// A longer array is widened: beyond this, looking each value up in the other operands costs more than whole
// passes.
constexpr uint32_t kMaxDriverValues = 1024;

bool IsSparse(ChunkForm form) { return form == ChunkForm::kArray || form == ChunkForm::kRuns; }

}  // namespace

// Bitsets waiting to be intersected in one pass.
class ChunkEvaluator::FusedOperands {
 public:
  bool Full() const { return positives_ + negatives_ == kMaxFused; }
  bool Empty() const { return positives_ + negatives_ == 0; }
  void Add(const uint8_t* bitset, bool negated) {
    if (negated) {
      negative_[negatives_++] = bitset;
    } else {
      positive_[positives_++] = bitset;
    }
  }
  // Intersects what waits, to `out` (null: count alone); then `out` alone waits. Answers the count.
  uint32_t Fuse(const Kernels& kernels, uint8_t* out) {
    const uint8_t* operands[kMaxFused];
    std::copy_n(positive_, positives_, operands);
    std::copy_n(negative_, negatives_, operands + positives_);
    const uint32_t count = kernels.intersect(operands, positives_, negatives_, out);
    positive_[0] = out;
    positives_ = 1;
    negatives_ = 0;
    return count;
  }

 private:
  const uint8_t* positive_[kMaxFused];
  const uint8_t* negative_[kMaxFused];
  uint32_t positives_ = 0;
  uint32_t negatives_ = 0;
};

// Leaves first, since they cost least and may empty the chunk; inner nodes are evaluated only while something
// is left.
ChunkView ChunkEvaluator::Conjoin(absl::Span<const Operand> operands, ChunkRegister& into, uint32_t* count) {
  if (count != nullptr) *count = 0;
  const LeafSurvey survey = SurveyLeaves(operands);
  if (survey.nobody) return ChunkView{};
  const size_t mark = registers_.Mark();
  ChunkView selected{ChunkForm::kFull, 0, nullptr};
  bool counted = false;
  if (survey.only != nullptr) {
    selected = LeafView(*survey.only, LeafChunk(*survey.only), into);
  } else if (survey.driver != nullptr) {
    selected = FilterDriver(operands, *survey.driver, into);
  } else if (survey.undecided > 0) {
    uint32_t* fused_count = survey.inner_nodes == 0 ? count : nullptr;
    selected = FuseLeaves(operands, survey, into, fused_count);
    counted = fused_count != nullptr;
  }
  if (survey.inner_nodes > 0 && selected.form != ChunkForm::kEmpty) {
    selected = NarrowByInnerNodes(operands, selected, into);
  }
  registers_.Release(mark);
  if (count != nullptr && !counted) *count = CountView(selected);
  return selected;
}

ChunkEvaluator::LeafSurvey ChunkEvaluator::SurveyLeaves(absl::Span<const Operand> operands) {
  LeafSurvey survey;
  uint32_t shortest = kMaxDriverValues + 1;
  for (const Operand& operand : operands) {
    if (!IsLeaf(operand)) {
      ++survey.inner_nodes;
      continue;
    }
    const RowChunk chunk = LeafChunk(operand);
    const ChunkForm form = chunk.composed ? ChunkForm::kBitset : chunk.view.form;
    const ChunkForm nothing = operand.negated ? ChunkForm::kFull : ChunkForm::kEmpty;
    const ChunkForm everything = operand.negated ? ChunkForm::kEmpty : ChunkForm::kFull;
    if (form == nothing) {
      survey.nobody = true;
      return survey;
    }
    if (form == everything) continue;
    ++survey.undecided;
    survey.only = survey.undecided == 1 && !operand.negated ? &operand : nullptr;
    if (IsSparse(form) && operand.negated) ++survey.sparse_negatives;
    if (form == ChunkForm::kArray && !operand.negated && chunk.view.count < shortest) {
      shortest = chunk.view.count;
      survey.driver = &operand;
    }
  }
  return survey;
}

// Looks the driver's values up in all other leaves; the list only shrinks.
ChunkView ChunkEvaluator::FilterDriver(absl::Span<const Operand> operands, const Operand& driver,
                                       ChunkRegister& into) {
  const ChunkView view = LeafChunk(driver).view;
  NoteRead(view);
  uint32_t count = view.count;
  std::memcpy(into.list(), view.bytes, size_t{count} * sizeof(uint16_t));
  const size_t mark = registers_.Mark();
  for (const Operand& operand : operands) {
    if (&operand == &driver || !IsLeaf(operand)) continue;
    const RowChunk chunk = LeafChunk(operand);
    if (!chunk.composed && (chunk.view.form == ChunkForm::kFull || chunk.view.form == ChunkForm::kEmpty))
      continue;
    const ChunkView other = chunk.composed ? LeafView(operand, chunk, registers_.Take()) : chunk.view;
    if (!chunk.composed) bytes_read_ += std::min(BytesOf(other), count * 64);  // a cache line a value at most
    count = FilterList(into.list(), count, other, !operand.negated);
    registers_.Release(mark);
    if (count == 0) return ChunkView{};
  }
  return ChunkView{ChunkForm::kArray, count, into.bytes()};
}

ChunkView ChunkEvaluator::FuseLeaves(absl::Span<const Operand> operands, const LeafSurvey& survey,
                                     ChunkRegister& into, uint32_t* count) {
  FusedOperands fused;
  const size_t mark = registers_.Mark();
  for (const Operand& operand : operands) {
    if (!IsLeaf(operand)) continue;
    const RowChunk chunk = LeafChunk(operand);
    if (!chunk.composed) {
      const ChunkForm form = chunk.view.form;
      if (form == ChunkForm::kEmpty || form == ChunkForm::kFull) continue;
      if (operand.negated && IsSparse(form)) continue;  // TakeAwaySparse
    }
    if (fused.Full()) {
      if (fused.Fuse(kernels_, into.bytes()) == 0) return ChunkView{};
      registers_.Release(mark);
    }
    const ChunkView view = chunk.composed ? LeafView(operand, chunk, registers_.Take()) : chunk.view;
    if (!chunk.composed) NoteRead(view);
    fused.Add(AsBitset(view), operand.negated);
  }
  const bool count_alone = count != nullptr && survey.sparse_negatives == 0;
  uint32_t selected = fused.Fuse(kernels_, count_alone ? nullptr : into.bytes());
  if (survey.sparse_negatives > 0 && selected > 0) selected -= TakeAwaySparse(operands, into);
  if (count != nullptr) *count = selected;
  if (selected == 0 || count_alone) return ChunkView{};
  return ChunkView{ChunkForm::kBitset, 0, into.bytes()};
}

uint32_t ChunkEvaluator::TakeAwaySparse(absl::Span<const Operand> operands, ChunkRegister& into) {
  uint32_t taken = 0;
  for (const Operand& operand : operands) {
    if (!operand.negated || !IsLeaf(operand)) continue;
    const RowChunk chunk = LeafChunk(operand);
    if (chunk.composed || !IsSparse(chunk.view.form)) continue;
    NoteRead(chunk.view);
    taken += ClearSparse(chunk.view, into);
  }
  return taken;
}

ChunkView ChunkEvaluator::NarrowByInnerNodes(absl::Span<const Operand> operands, ChunkView selected,
                                             ChunkRegister& into) {
  for (const Operand& operand : operands) {
    if (IsLeaf(operand)) continue;
    const size_t mark = registers_.Mark();
    // While nothing is selected yet, a node's set may be the selection itself, and so needs no register of
    // its own.
    const bool becomes_selection = selected.form == ChunkForm::kFull && !operand.negated;
    const ChunkView by = Evaluate(operand.node, becomes_selection ? into : registers_.Take());
    selected = Narrow(selected, by, operand.negated, into);
    registers_.Release(mark);
    if (selected.form == ChunkForm::kEmpty) break;
  }
  return selected;
}

// REQUIRES: `by` lies in `into` only when `selected` is the whole chunk and not `negated`.
ChunkView ChunkEvaluator::Narrow(ChunkView selected, const ChunkView& by, bool negated, ChunkRegister& into) {
  if (by.form == (negated ? ChunkForm::kFull : ChunkForm::kEmpty)) return ChunkView{};
  if (by.form == (negated ? ChunkForm::kEmpty : ChunkForm::kFull)) return selected;
  if (selected.form == ChunkForm::kFull && !negated) return by;
  const bool selected_in_place = selected.bytes == into.bytes();
  if (selected.form == ChunkForm::kArray) {
    if (!selected_in_place)
      std::memcpy(into.list(), selected.bytes, size_t{selected.count} * sizeof(uint16_t));
    const uint32_t count = FilterList(into.list(), selected.count, by, !negated);
    return count == 0 ? ChunkView{} : ChunkView{ChunkForm::kArray, count, into.bytes()};
  }
  if (by.form == ChunkForm::kArray && !negated) {
    ChunkRegister& list = registers_.Take();
    std::memcpy(list.list(), by.bytes, size_t{by.count} * sizeof(uint16_t));
    const uint32_t count = FilterList(list.list(), by.count, selected, true);
    std::memcpy(into.list(), list.list(), size_t{count} * sizeof(uint16_t));
    return count == 0 ? ChunkView{} : ChunkView{ChunkForm::kArray, count, into.bytes()};
  }
  if (negated && IsSparse(by.form)) {
    if (!selected_in_place) Widen(selected, into);
    ClearSparse(by, into);
    return ChunkView{ChunkForm::kBitset, 0, into.bytes()};
  }
  const uint8_t* const pair[] = {AsBitset(selected), AsBitset(by)};
  const uint32_t count = kernels_.intersect(pair, negated ? 1 : 2, negated ? 1 : 0, into.bytes());
  return count == 0 ? ChunkView{} : ChunkView{ChunkForm::kBitset, 0, into.bytes()};
}

}  // namespace muster::query
