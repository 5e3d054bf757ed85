// AND where many roots share their rows. Each row becomes a bitset once a chunk, which stays in a cache for
// all who ask for it, and parts of the chunk in which an operand holds nobody are passed over.
#include <algorithm>
#include <bit>
#include <cstring>

#include "query/execution/chunk_evaluator.h"
#include "query/execution/kernels/fused_operands.h"
#include "query/execution/kernels/sparse_chunks.h"

namespace muster::query {

using index::ChunkForm;
using index::ChunkView;

namespace {

// What emptying a register costs, in values set.
constexpr uint32_t kClearSteps = 128;

}  // namespace

class ChunkEvaluator::KeptConjunction {
 public:
  KeptConjunction(ChunkEvaluator& evaluator, ChunkRegister& into)
      : evaluator_(evaluator),
        into_(into),
        first_leaf_(evaluator.leaves_.size()),
        first_view_(evaluator.node_views_.size()) {}
  ~KeptConjunction() {
    evaluator_.leaves_.resize(first_leaf_);
    evaluator_.node_views_.resize(first_view_);
  }
  KeptConjunction(const KeptConjunction&) = delete;
  KeptConjunction& operator=(const KeptConjunction&) = delete;

  // Takes the operands up, the nodes evaluated; false: nobody is in all of them.
  bool Open(absl::Span<const Operand> operands);
  // See Conjoin; `count` is zero so far.
  ChunkView Finish(uint32_t* count) {
    return list_.form == ChunkForm::kArray ? FilterShortest(count) : IntersectParts(count);
  }

 private:
  bool TakeLeaf(const Operand& operand);
  bool TakeNode(const Operand& operand);
  // Whether the view is a short array, and shorter than `list_`, which it then becomes.
  bool TakeShortest(const ChunkView& view) {
    const uint32_t most = list_.form == ChunkForm::kArray ? list_.count - 1 : evaluator_.max_driver_values_;
    if (view.form != ChunkForm::kArray || view.count > most) return false;
    list_ = view;
    return true;
  }
  ChunkView FilterShortest(uint32_t* count);
  ChunkView IntersectParts(uint32_t* count);
  // Cuts `parts_` down to those in which every operand may hold somebody; false: there are none.
  bool FindParts();
  void Add(const uint8_t* bitset, bool negated);

  ChunkEvaluator& evaluator_;
  ChunkRegister& into_;
  const size_t first_leaf_;
  const size_t first_view_;
  ChunkView list_;  // the shortest array, if one is short
  size_t list_leaf_ = SIZE_MAX;
  size_t list_view_ = SIZE_MAX;
  uint32_t parts_ = kAllParts;
  FusedOperands fused_;
};

ChunkView ChunkEvaluator::ConjoinKept(absl::Span<const Operand> operands, ChunkRegister& into,
                                      uint32_t* count) {
  const size_t mark = registers_.Mark();
  KeptConjunction conjunction(*this, into);
  const ChunkView selected = conjunction.Open(operands) ? conjunction.Finish(count) : ChunkView{};
  registers_.Release(mark);
  return selected;
}

// Leaves first: they may show that no node needs to be evaluated.
bool ChunkEvaluator::KeptConjunction::Open(absl::Span<const Operand> operands) {
  bool nodes = false;
  for (const Operand& operand : operands) {
    if (!evaluator_.IsLeaf(operand)) {
      nodes = true;
    } else if (!TakeLeaf(operand)) {
      return false;
    }
  }
  for (const Operand& operand : operands) {
    if (!nodes) break;
    if (!evaluator_.IsLeaf(operand) && !TakeNode(operand)) return false;
  }
  return true;
}

bool ChunkEvaluator::KeptConjunction::TakeLeaf(const Operand& operand) {
  const RowIndex row = evaluator_.program_.leaf_row(operand.node);
  const RowChunk chunk = row == Program::kNoRow ? evaluator_.LeafChunk(operand) : evaluator_.Kept(row).chunk;
  const ChunkForm form = chunk.composed ? ChunkForm::kBitset : chunk.view.form;
  if (form == (operand.negated ? ChunkForm::kFull : ChunkForm::kEmpty)) return false;
  if (form == (operand.negated ? ChunkForm::kEmpty : ChunkForm::kFull)) return true;
  if (!chunk.composed && !operand.negated && TakeShortest(chunk.view)) {
    list_leaf_ = evaluator_.leaves_.size();
  }
  evaluator_.leaves_.emplace_back().Set(row, operand.negated, chunk);
  return true;
}

bool ChunkEvaluator::KeptConjunction::TakeNode(const Operand& operand) {
  NodeView node{operand.negated, kAllParts, {}};
  if (evaluator_.program_.is_shared(operand.node)) {
    node.view = evaluator_.EvaluateShared(operand.node);
    node.occupied = evaluator_.shared_[operand.node].occupied;
  } else {
    node.view = evaluator_.Evaluate(operand.node, evaluator_.registers_.Take());
  }
  const ChunkForm form = node.view.form;
  if (form == (operand.negated ? ChunkForm::kFull : ChunkForm::kEmpty)) return false;
  if (form == (operand.negated ? ChunkForm::kEmpty : ChunkForm::kFull)) return true;
  if (!operand.negated && TakeShortest(node.view)) {
    list_leaf_ = SIZE_MAX;
    list_view_ = evaluator_.node_views_.size();
  }
  evaluator_.node_views_.push_back(node);
  return true;
}

// Looks the shortest array's values up in everything else.
ChunkView ChunkEvaluator::KeptConjunction::FilterShortest(uint32_t* count) {
  ListedValue* const list = into_.list();
  uint32_t listed = list_.count;
  std::memcpy(list, list_.bytes, size_t{listed} * sizeof(uint16_t));
  if (list_leaf_ != SIZE_MAX) evaluator_.NoteRead(list_);
  for (size_t i = first_view_; i < evaluator_.node_views_.size() && listed > 0; ++i) {
    const NodeView& node = evaluator_.node_views_[i];
    if (i != list_view_) listed = FilterList(list, listed, node.view, !node.negated);
  }
  for (size_t i = first_leaf_; i < evaluator_.leaves_.size() && listed > 0; ++i) {
    const OpenLeaf& leaf = evaluator_.leaves_[i];
    if (i != list_leaf_) listed = evaluator_.FilterByRow(list, listed, leaf.row, leaf.chunk, !leaf.negated);
  }
  if (count != nullptr) *count = listed;
  return listed == 0 ? ChunkView{} : ChunkView{ChunkForm::kArray, listed, into_.bytes()};
}

bool ChunkEvaluator::KeptConjunction::FindParts() {
  for (size_t i = first_view_; i < evaluator_.node_views_.size(); ++i) {
    if (!evaluator_.node_views_[i].negated) parts_ &= evaluator_.node_views_[i].occupied;
  }
  for (size_t i = first_leaf_; i < evaluator_.leaves_.size() && parts_ != 0; ++i) {
    const OpenLeaf& leaf = evaluator_.leaves_[i];
    if (!leaf.negated) parts_ &= evaluator_.KeptBitset(leaf.row).occupied;
  }
  return parts_ != 0;
}

ChunkView ChunkEvaluator::KeptConjunction::IntersectParts(uint32_t* count) {
  if (!FindParts()) return ChunkView{};
  for (size_t i = first_leaf_; i < evaluator_.leaves_.size(); ++i) {
    const OpenLeaf& leaf = evaluator_.leaves_[i];
    const KeptRow& row = evaluator_.KeptBitset(leaf.row);
    if ((row.occupied & parts_) != 0) Add(row.bitset, leaf.negated);
  }
  for (size_t i = first_view_; i < evaluator_.node_views_.size(); ++i) {
    Add(evaluator_.AsBitset(evaluator_.node_views_[i].view), evaluator_.node_views_[i].negated);
  }
  FusedOperands::Room room;
  if (fused_.Count() == 0) {  // everybody is in all of them
    return evaluator_.Counted(ChunkView{ChunkForm::kFull, 0, nullptr}, count);
  }
  uint8_t* const out = count != nullptr ? nullptr : into_.bytes();
  const uint32_t selected = evaluator_.kernels_.intersect_parts(fused_.Waiting(room), parts_, out);
  if (count != nullptr) *count = selected;
  if (count != nullptr || selected == 0) return ChunkView{};
  if (selected <= evaluator_.max_driver_values_) {
    ChunkRegister& list = evaluator_.registers_.Take();
    ListParts(into_.bytes(), parts_, list.list());
    std::memcpy(into_.bytes(), list.bytes(), size_t{selected} * sizeof(uint16_t));
    return ChunkView{ChunkForm::kArray, selected, into_.bytes()};
  }
  for (uint32_t left = ~parts_; left != 0; left &= left - 1) {
    std::memset(into_.bytes() + static_cast<uint32_t>(std::countr_zero(left)) * kPartBytes, 0, kPartBytes);
  }
  return ChunkView{ChunkForm::kBitset, 0, into_.bytes()};
}

void ChunkEvaluator::KeptConjunction::Add(const uint8_t* bitset, bool negated) {
  if (fused_.Full()) {
    FusedOperands::Room room;
    evaluator_.kernels_.intersect_parts(fused_.Waiting(room), parts_, into_.bytes());
    fused_.StartWith(into_.bytes());
  }
  fused_.Add(bitset, negated);
}

ChunkEvaluator::KeptRow& ChunkEvaluator::Kept(RowIndex row) {
  KeptRow& kept = kept_rows_[row];
  if (kept.stamp != stamp_) {
    kept.stamp = stamp_;
    kept.chunk = rows_.ChunkOf(row, chunk_);
    kept.bitset = nullptr;
    kept.steps = 0;
  }
  return kept;
}

// Whoever looks values up one question after the other finds out that a bitset would have cost less when he
// has spent as much (the ski rental problem): at most twice the cheaper way.
bool ChunkEvaluator::WidensFor(RowIndex row, uint32_t count) {
  KeptRow& kept = Kept(row);
  if (kept.bitset != nullptr || count == 0) return true;
  const uint32_t steps =
      kept.chunk.view.form == ChunkForm::kArray
          ? count * static_cast<uint32_t>(std::bit_width(kept.chunk.view.count / count + 1))
          : kept.chunk.view.count;
  kept.steps += count + std::min(steps, kept.chunk.view.count);
  return kept.steps > kept.chunk.view.count + kClearSteps;
}

const ChunkEvaluator::KeptRow& ChunkEvaluator::KeptBitset(RowIndex row) {
  KeptRow& kept = Kept(row);
  if (kept.bitset != nullptr) return kept;
  const bool stored = !kept.chunk.composed && kept.chunk.view.form == ChunkForm::kBitset;
  if (!stored && kept.into == nullptr) kept.into = std::make_unique<ChunkRegister>();
  if (kept.chunk.composed) {
    rows_.Compose(row, chunk_, kernels_, *kept.into);
  } else {
    NoteRead(kept.chunk.view);
    if (!stored) Widen(kernels_, kept.chunk.view, *kept.into);
  }
  kept.bitset = stored ? kept.chunk.view.bytes : kept.into->bytes();
  kept.occupied = kernels_.occupied_parts(kept.bitset);
  return kept;
}

}  // namespace muster::query
