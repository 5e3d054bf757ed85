// AND: what all operands hold and no negated one does.
//
// Leaves come first, since they cost least and may empty the chunk; inner nodes are evaluated only while
// something is left. What is selected so far is one of
//   whole      nothing has excluded anybody yet
//   view       one set and nothing else: the set itself, not copied
//   list       the values of the shortest array that all others were looked up for, in the register
//   bitsets    waiting to be fused in one pass; one of them may be the register
#include <algorithm>
#include <cstring>

#include "query/execution/chunk_evaluator.h"
#include "query/execution/kernels/fused_operands.h"
#include "query/execution/kernels/sparse_chunks.h"

namespace muster::query {
namespace {

using index::ChunkForm;
using index::ChunkView;

bool IsDriver(const ChunkView& view) {
  return view.form == ChunkForm::kArray && view.count <= kMaxDriverValues;
}
bool IsSparse(ChunkForm form) { return form == ChunkForm::kArray || form == ChunkForm::kRuns; }

}  // namespace

class ChunkEvaluator::Conjunction {
 public:
  Conjunction(ChunkEvaluator& evaluator, ChunkRegister& into)
      : evaluator_(evaluator), into_(into), first_leaf_(evaluator.leaves_.size()) {}
  ~Conjunction() { evaluator_.leaves_.resize(first_leaf_); }
  Conjunction(const Conjunction&) = delete;
  Conjunction& operator=(const Conjunction&) = delete;

  // False: nobody is left, and nothing may be called any more.
  bool AddLeaves(absl::Span<const Operand> operands);
  bool AddNode(const Operand& operand, bool last, uint32_t* count);
  // See Conjoin.
  ChunkView Finish(uint32_t* count);
  // Instead of Finish, where bitsets wait to be intersected.
  bool HandOver(FusedOperands& fused) const {
    if (selected_ != Selected::kBitsets || fused_.Count() == 0) return false;
    fused = fused_;
    return true;
  }
  // Operands that AddLeaves left to AddNode.
  uint32_t inner_nodes() const { return inner_nodes_; }
  // How it was done, once nothing is left but to Finish or to give up.
  ChunkWay way() const;

 private:
  enum class Selected : uint8_t { kWhole, kView, kList, kBitsets, kCounted };

  // Nodes below push leaves of their own and may move the stack: nobody keeps the answer over an evaluation.
  const OpenLeaf& Leaf(size_t place) const { return evaluator_.leaves_[place]; }
  bool TakenAway(const OpenLeaf& leaf) const {
    const bool sparse = !leaf.chunk.composed && IsSparse(leaf.chunk.view.form);
    return leaf.negated && sparse;
  }
  bool FilterByLeaves(size_t driver);
  void AnnounceLookups(size_t driver);
  bool FuseLeaves();
  bool AddView(const ChunkView& view, bool negated);
  // Puts what is selected into `fused_`.
  void ToBitsets();
  bool ToList(const ChunkView& array);
  // Makes room for one more, or for whatever is evaluated next; false: nobody is left.
  bool Fuse();
  bool TakeAwaySparse(const ChunkView& view);

  ChunkEvaluator& evaluator_;
  ChunkRegister& into_;
  const size_t first_leaf_;
  uint32_t inner_nodes_ = 0;
  Selected selected_ = Selected::kWhole;
  ChunkView view_;
  uint32_t listed_ = 0;
  FusedOperands fused_;
};

ChunkView ChunkEvaluator::Conjoin(absl::Span<const Operand> operands, ChunkRegister& into, uint32_t* count,
                                  FusedOperands* fused) {
  if (count != nullptr) *count = 0;
  if (KeepsRows()) return ConjoinKept(operands, into, count);
  const size_t mark = registers_.Mark();
  Conjunction conjunction(*this, into);
  bool somebody = conjunction.AddLeaves(operands);
  uint32_t nodes = conjunction.inner_nodes();
  for (const Operand& operand : operands) {
    if (!somebody || nodes == 0) break;
    if (IsLeaf(operand)) continue;
    --nodes;
    somebody = conjunction.AddNode(operand, nodes == 0, count);
  }
  if (IsMeasured(operands.data())) Note(conjunction.way());
  if (somebody && fused != nullptr && conjunction.HandOver(*fused)) {
    return ChunkView{ChunkForm::kBitset, 0, nullptr};
  }
  const ChunkView selected = somebody ? conjunction.Finish(count) : ChunkView{};
  registers_.Release(mark);
  return selected;
}

bool ChunkEvaluator::Conjunction::AddLeaves(absl::Span<const Operand> operands) {
  uint32_t shortest = evaluator_.max_driver_values_ + 1;
  size_t driver = evaluator_.leaves_.size();
  for (const Operand& operand : operands) {
    if (!evaluator_.IsLeaf(operand)) {
      ++inner_nodes_;
      continue;
    }
    const RowIndex row = evaluator_.program_.leaf_row(operand.node);
    const RowChunk chunk = evaluator_.LeafChunk(operand);
    const ChunkForm form = chunk.composed ? ChunkForm::kBitset : chunk.view.form;
    if (form == (operand.negated ? ChunkForm::kFull : ChunkForm::kEmpty)) return false;
    if (form == (operand.negated ? ChunkForm::kEmpty : ChunkForm::kFull)) continue;
    if (form == ChunkForm::kArray && !operand.negated && chunk.view.count < shortest) {
      shortest = chunk.view.count;
      driver = evaluator_.leaves_.size();
    }
    evaluator_.leaves_.emplace_back().Set(row, operand.negated, chunk);
  }
  const size_t open = evaluator_.leaves_.size() - first_leaf_;
  if (open == 0) return true;
  if (open == 1 && !Leaf(first_leaf_).negated) {
    selected_ = Selected::kView;
    view_ = evaluator_.RowView(Leaf(first_leaf_).row, Leaf(first_leaf_).chunk, into_);
    return true;
  }
  return shortest <= evaluator_.max_driver_values_ ? FilterByLeaves(driver) : FuseLeaves();
}

// Looked up one after the other, each value of a rare row would be waited for. So lines are announced while
// the chunks before are at work: two chunks ahead, since one takes less time than the memory does.
void ChunkEvaluator::Conjunction::AnnounceLookups(size_t driver) {
  constexpr uint32_t kChunksAhead = 2;
  const auto chunk_of = [&](size_t place, uint32_t ahead) {
    return evaluator_.rows_.Peek(Leaf(place).row, evaluator_.chunk_ + ahead);
  };
  __builtin_prefetch(chunk_of(driver, kChunksAhead + 1).bytes);
  const ChunkView listed = chunk_of(driver, kChunksAhead);
  if (!IsDriver(listed)) return;
  for (size_t i = first_leaf_; i < evaluator_.leaves_.size(); ++i) {
    const ChunkView other = chunk_of(i, kChunksAhead);
    if (other.form != ChunkForm::kBitset) continue;
    for (uint32_t value = 0; value < listed.count; ++value) {
      __builtin_prefetch(other.bytes + ArrayValue(listed, value) / 8);
    }
  }
}

// Looks the driver's values up in all other leaves; the list only shrinks.
bool ChunkEvaluator::Conjunction::FilterByLeaves(size_t driver) {
  AnnounceLookups(driver);
  evaluator_.NoteRead(Leaf(driver).chunk.view);
  ToList(Leaf(driver).chunk.view);
  for (size_t i = first_leaf_; i < evaluator_.leaves_.size() && listed_ > 0; ++i) {
    if (i == driver) continue;
    const OpenLeaf& leaf = Leaf(i);
    listed_ = evaluator_.FilterByRow(into_.list(), listed_, leaf.row, leaf.chunk, !leaf.negated);
  }
  return listed_ > 0;
}

// Negated arrays and runs are taken away last, since they need the register.
bool ChunkEvaluator::Conjunction::FuseLeaves() {
  selected_ = Selected::kBitsets;
  const size_t mark = evaluator_.registers_.Mark();
  bool sparse_negatives = false;
  for (size_t i = first_leaf_; i < evaluator_.leaves_.size(); ++i) {
    const OpenLeaf& leaf = Leaf(i);
    if (TakenAway(leaf)) {
      sparse_negatives = true;
      continue;
    }
    if (fused_.Full()) {
      if (!Fuse()) return false;
      evaluator_.registers_.Release(mark);
    }
    fused_.Add(evaluator_.LeafBitset(leaf), leaf.negated);
  }
  for (size_t i = first_leaf_; sparse_negatives && i < evaluator_.leaves_.size(); ++i) {
    if (!TakenAway(Leaf(i))) continue;
    evaluator_.NoteRead(Leaf(i).chunk.view);
    if (!TakeAwaySparse(Leaf(i).chunk.view)) return false;
  }
  return true;
}

bool ChunkEvaluator::Conjunction::AddNode(const Operand& operand, bool last, uint32_t* count) {
  ChunkEvaluator& evaluator = evaluator_;
  if (selected_ == Selected::kView && IsDriver(view_)) ToList(view_);
  if (selected_ == Selected::kList) {
    listed_ = evaluator.FilterByNode(into_.list(), listed_, operand.node, !operand.negated);
    return listed_ > 0;
  }
  const ProgramNode& node = evaluator.program_.node(operand.node);
  const bool alone = selected_ == Selected::kWhole;
  // Numbers are compared in the same pass as whatever waits.
  const bool numbers = node.kind == NodeKind::kRange || node.kind == NodeKind::kNumberIn;
  const bool in_pass = numbers && !evaluator.program_.is_shared(operand.node);
  if (!operand.negated && (alone || in_pass)) {
    uint32_t* const counted = last ? count : nullptr;
    if (alone) {
      view_ = evaluator.Evaluate(operand.node, into_, counted);
    } else {
      ToBitsets();
      FusedOperands::Room room;
      view_ = evaluator.EvaluateNumbers(node, fused_.Waiting(room), into_, counted);
      fused_ = FusedOperands();
    }
    selected_ = counted != nullptr ? Selected::kCounted : Selected::kView;
    if (counted == nullptr && view_.form == ChunkForm::kFull) selected_ = Selected::kWhole;
    return counted != nullptr || view_.form != ChunkForm::kEmpty;
  }
  // An inner node may cost much more than the pass that shows that nobody is left for it.
  if (selected_ == Selected::kBitsets && fused_.Count() > 1 && !Fuse()) return false;
  ChunkRegister& into = evaluator.registers_.Take();
  if (node.kind == NodeKind::kNumberIn && in_pass && selected_ == Selected::kBitsets) {
    FusedOperands::Room room;  // nobody else needs to be looked up
    return AddView(evaluator.EvaluateNumbers(node, fused_.Waiting(room), into, nullptr), operand.negated);
  }
  return AddView(evaluator.Evaluate(operand.node, into), operand.negated);
}

// The view may lie in a register that stays taken.
bool ChunkEvaluator::Conjunction::AddView(const ChunkView& view, bool negated) {
  if (view.form == (negated ? ChunkForm::kFull : ChunkForm::kEmpty)) return false;
  if (view.form == (negated ? ChunkForm::kEmpty : ChunkForm::kFull)) return true;
  ToBitsets();
  if (IsDriver(view) && !negated) {
    if (fused_.Count() > 1 && !Fuse()) return false;
    FusedOperands::Room room;
    const ChunkOperands waiting = fused_.Waiting(room);
    ChunkRegister& list = evaluator_.registers_.Take();
    std::memcpy(list.list(), view.bytes, size_t{view.count} * sizeof(uint16_t));
    const ChunkView selected{ChunkForm::kBitset, 0, waiting.bitsets[0]};
    listed_ = FilterList(list.list(), view.count, selected, waiting.positives == 1);
    std::memcpy(into_.list(), list.list(), size_t{listed_} * sizeof(uint16_t));
    selected_ = Selected::kList;
    return listed_ > 0;
  }
  if (negated && IsSparse(view.form)) return TakeAwaySparse(view);
  if (fused_.Full() && !Fuse()) return false;
  fused_.Add(evaluator_.AsBitset(view), negated);
  return true;
}

void ChunkEvaluator::Conjunction::ToBitsets() {
  if (selected_ == Selected::kView) fused_.Add(evaluator_.AsBitset(view_), false);
  selected_ = Selected::kBitsets;
}

bool ChunkEvaluator::Conjunction::ToList(const ChunkView& array) {
  selected_ = Selected::kList;
  listed_ = array.count;
  if (array.bytes != into_.bytes())
    std::memcpy(into_.list(), array.bytes, size_t{listed_} * sizeof(uint16_t));
  return listed_ > 0;
}

bool ChunkEvaluator::Conjunction::Fuse() { return fused_.Fuse(evaluator_.kernels_, into_.bytes()) > 0; }

bool ChunkEvaluator::Conjunction::TakeAwaySparse(const ChunkView& view) {
  FusedOperands::Room room;
  const ChunkOperands waiting = fused_.Waiting(room);
  const bool in_register =
      waiting.count() == 1 && waiting.bitsets[0] == into_.bytes() && waiting.positives == 1;
  if (!in_register && !Fuse()) return false;
  ClearSparse(view, into_);
  return true;
}

ChunkWay ChunkEvaluator::Conjunction::way() const {
  switch (selected_) {
    case Selected::kWhole:
      return ChunkWay::kDecided;
    case Selected::kView:
      return ChunkWay::kOnePart;
    case Selected::kList:
      return ChunkWay::kLookedUp;
    case Selected::kBitsets:
    case Selected::kCounted:
      break;
  }
  return ChunkWay::kFused;
}

ChunkView ChunkEvaluator::Conjunction::Finish(uint32_t* count) {
  switch (selected_) {
    case Selected::kCounted:
      return ChunkView{};
    case Selected::kWhole:
      return evaluator_.Counted(ChunkView{ChunkForm::kFull, 0, nullptr}, count);
    case Selected::kView:
      return evaluator_.Counted(view_, count);
    case Selected::kList:
      if (count != nullptr) *count = listed_;
      return ChunkView{ChunkForm::kArray, listed_, into_.bytes()};
    case Selected::kBitsets:
      break;
  }
  if (fused_.Count() == 0) return evaluator_.Counted(ChunkView{ChunkForm::kFull, 0, nullptr}, count);
  const uint32_t selected = fused_.Fuse(evaluator_.kernels_, count != nullptr ? nullptr : into_.bytes());
  if (count != nullptr) *count = selected;
  if (selected == 0 || count != nullptr) return ChunkView{};
  return ChunkView{ChunkForm::kBitset, 0, into_.bytes()};
}

}  // namespace muster::query
