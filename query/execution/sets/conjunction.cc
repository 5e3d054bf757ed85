// Leaves are evaluated first, since they cost least and may empty the chunk; inner nodes only while the
// selection isn't empty. When rows are kept it is the other way round: then inner nodes are also shared by
// many roots, and only the rows that are still needed are made bitsets.
#include "query/execution/sets/conjunction.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "query/execution/kernels/sparse_chunks.h"
#include "query/execution/numbers/number_sets.h"
#include "query/execution/program/row_access.h"
#include "query/execution/sets/buckets.h"
#include "query/execution/sets/evaluation.h"
#include "query/execution/sets/list_filter.h"

namespace muster::query {

using index::ChunkForm;
using index::ChunkView;

namespace {

bool IsSparse(ChunkForm form) { return form == ChunkForm::kArray || form == ChunkForm::kRuns; }

// Whether the leaf is removed value by value: a negated array or run needs no bitset.
bool IsTakenAway(const OpenLeaf& leaf) {
  return leaf.negated && !leaf.chunk.composed && IsSparse(leaf.chunk.view.form);
}

// Whether the kind is evaluated only for members of the other operands.
bool IsFoundWithin(NodeKind kind) { return IsOfNumbers(kind) || kind == NodeKind::kBucket; }

// Evaluates the node for the members in all of `within`. REQUIRES: IsFoundWithin.
ChunkAnswer EvaluateWithin(EvalContext& context, NodeIndex node, const ChunkOperands& within,
                           ChunkRegister& into, AnswerKind asked) {
  if (context.program().node(node).kind == NodeKind::kBucket)
    return EvaluateBucket(context, node, within, into, asked);
  return EvaluateNumbers(context, node, within, into, asked);
}

}  // namespace

ChunkAnswer Conjoin(EvalContext& context, NodeIndex node, absl::Span<const Operand> operands,
                    ChunkRegister& into, AnswerKind asked) {
  Conjunction conjunction(context, into);
  const bool may_select = conjunction.TakeUp(operands, asked);
  if (context.IsMeasured(node)) context.Note(conjunction.way());
  return may_select ? conjunction.Finish(asked) : ChunkAnswer{};
}

// These functions are always inlined into TakeUp. As calls they took a twentieth of the time of a rare row's
// count, because passing each chunk through memory stalled the processor (measured).
#define MUSTER_OF_TAKE_UP inline __attribute__((always_inline)) bool

MUSTER_OF_TAKE_UP Conjunction::TakeLeaf(RowIndex row, bool negated, const RowChunk& chunk) {
  const ChunkForm form = chunk.composed ? ChunkForm::kBitset : chunk.view.form;
  if (form == (negated ? ChunkForm::kFull : ChunkForm::kEmpty)) return false;
  if (form == (negated ? ChunkForm::kEmpty : ChunkForm::kFull)) return true;
  if (form == ChunkForm::kArray && !negated && chunk.view.count < shortest_) {
    shortest_ = chunk.view.count;
    driver_ = leaves_.size();
  }
  leaves_.Push().Set(row, negated, chunk);
  return true;
}

MUSTER_OF_TAKE_UP Conjunction::OpenLeaves(absl::Span<const Operand> operands) {
  for (const Operand& operand : operands) {
    if (!IsLeaf(context_, operand)) {
      ++nodes_;
      continue;
    }
    const RowIndex row = context_.program().leaf_row(operand.node);
    if (keeps_rows_ && row != Program::kNoRow) {
      if (!TakeLeaf(row, operand.negated, context_.kept_rows().Of(row).chunk)) return false;
    } else {
      const RowChunk chunk = LeafChunk(context_, operand);
      if (!TakeLeaf(row, operand.negated, chunk)) return false;
    }
  }
  return true;
}

// Looking up the values of a rare row would wait for memory at each value. So cache lines are prefetched two
// chunks ahead, since processing one chunk takes less time than a memory access.
void Conjunction::AnnounceLookups() {
  constexpr uint32_t kChunksAhead = 2;
  const absl::Span<const OpenLeaf> leaves = leaves_.values();
  const uint32_t chunk = context_.chunk() + kChunksAhead;
  __builtin_prefetch(context_.rows().Peek(leaves[driver_].row, chunk + 1).bytes);
  const ChunkView listed = context_.rows().Peek(leaves[driver_].row, chunk);
  if (!IsDriver(listed)) return;
  for (const OpenLeaf& leaf : leaves) {
    const ChunkView other = context_.rows().Peek(leaf.row, chunk);
    if (other.form != ChunkForm::kBitset) continue;
    for (uint32_t value = 0; value < listed.count; ++value) {
      __builtin_prefetch(other.bytes + ArrayValue(listed, value) / 8);
    }
  }
}

// Restricts the parts to those in which every kept row may be non-empty. False: none remains.
bool Conjunction::FindParts() {
  for (const OpenLeaf& leaf : leaves_.values()) {
    if (parts_ == 0) break;
    if (!leaf.negated) parts_ &= context_.kept_rows().WithBitset(leaf.row).occupied;
  }
  return parts_ != 0;
}

// Negated arrays and runs come last, since they need the register; kept rows have bitsets instead.
bool Conjunction::FuseLeaves() {
  ToBitsets();
  if (keeps_rows_ && !FindParts()) return false;
  bool taken_away = false;
  for (const OpenLeaf& leaf : leaves_.values()) {
    if (!keeps_rows_ && IsTakenAway(leaf)) {
      taken_away = true;
      continue;
    }
    const KeptRow* const kept = keeps_rows_ ? &context_.kept_rows().WithBitset(leaf.row) : nullptr;
    if (kept != nullptr && (kept->occupied & parts_) == 0) continue;
    if (fused_.Full()) {
      if (!Fuse()) return false;
      scope_.GiveBack();
    }
    fused_.Add(kept != nullptr ? kept->bitset : RowBitset(context_, leaf.row, leaf.chunk, scope_),
               leaf.negated);
  }
  for (const OpenLeaf& leaf : leaves_.values()) {
    if (!taken_away) break;
    if (!IsTakenAway(leaf)) continue;
    context_.NoteRead(leaf.chunk.view);
    if (!TakeAway(leaf.chunk.view)) return false;
  }
  return true;
}

MUSTER_OF_TAKE_UP Conjunction::ToList(const ChunkView& array) {
  selected_ = Selected::kList;
  count_ = array.count;
  if (array.bytes != into_.bytes()) CopyValues(array, into_.list());
  return count_ > 0;
}

MUSTER_OF_TAKE_UP Conjunction::ListDriver() {
  if (!keeps_rows_) AnnounceLookups();
  const ChunkView& array = leaves_[driver_].chunk.view;  // a copy would wait for its stores
  context_.NoteRead(array);
  if (selected_ == Selected::kWhole) return ToList(array);
  ToBitsets();
  return LookUp(array);
}

// Looks the list up in all leaves except the driver (the source of its values); the list only shrinks.
MUSTER_OF_TAKE_UP Conjunction::FilterByLeaves() {
  const absl::Span<const OpenLeaf> leaves = leaves_.values();
  for (size_t i = 0; i < leaves.size() && count_ > 0; ++i) {
    if (i == driver_) continue;
    count_ = FilterByLeaf(context_, into_.list(), count_, leaves[i]);
  }
  return count_ > 0;
}

MUSTER_OF_TAKE_UP Conjunction::CombineLeaves() {
  if (leaves_.size() == 0) return true;
  if (selected_ == Selected::kView && IsDriver(view_)) ToList(view_);
  if (selected_ == Selected::kList) {
    driver_ = kNoDriver;  // treated like any other leaf from here on
    return FilterByLeaves();
  }
  if (driver_ != kNoDriver) return ListDriver() && FilterByLeaves();
  if (leaves_.size() == 1 && !leaves_[0].negated && !keeps_rows_) {
    selected_ = Selected::kView;
    view_ = RowView(context_, leaves_[0].row, leaves_[0].chunk, into_);
    return true;
  }
  return FuseLeaves();
}

#undef MUSTER_OF_TAKE_UP

bool Conjunction::TakeUp(absl::Span<const Operand> operands, AnswerKind asked) {
  if (!OpenLeaves(operands)) return false;
  const bool nodes_first = keeps_rows_ && leaves_.size() > 0;
  if (nodes_first && !TakeNodes(operands, AnswerKind::kSet)) return false;
  if (!CombineLeaves()) return false;
  return nodes_ == 0 || TakeNodes(operands, asked);
}

bool Conjunction::TakeNodes(absl::Span<const Operand> operands, AnswerKind asked) {
  for (const Operand& operand : operands) {
    if (nodes_ == 0) break;
    if (IsLeaf(context_, operand)) continue;
    --nodes_;
    if (!TakeNode(operand, nodes_ == 0 ? asked : AnswerKind::kSet)) return false;
  }
  return true;
}

// `asked`: TakeUp's if this is the last operand.
bool Conjunction::TakeNode(const Operand& operand, AnswerKind asked) {
  if (selected_ == Selected::kView && IsDriver(view_)) ToList(view_);
  if (selected_ == Selected::kList) {
    count_ = FilterByNode(context_, into_.list(), count_, operand.node, !operand.negated);
    return count_ > 0;
  }
  if (!operand.negated && selected_ == Selected::kWhole) return TakeAlone(operand, {}, asked);
  const NodeKind kind = context_.program().node(operand.node).kind;
  const bool shared = context_.program().is_shared(operand.node);
  FusedOperands::Room room;
  // Numbers are compared in the same pass that intersects the pending bitsets.
  if (!operand.negated && !shared && IsFoundWithin(kind)) {
    ToBitsets();
    const ChunkOperands within = fused_.Waiting(room);
    fused_ = FusedOperands();
    return TakeAlone(operand, within, asked);
  }
  // An inner node may cost much more than the pass that shows that the selection is already empty.
  if (selected_ == Selected::kBitsets && fused_.Count() > 1 && !keeps_rows_ && !Fuse()) return false;
  if (kind == NodeKind::kBucket && !shared) ToBitsets();
  ChunkRegister& into = scope_.Take();
  const bool looks_up = kind == NodeKind::kNumberIn || kind == NodeKind::kBucket;
  if (looks_up && !shared && selected_ == Selected::kBitsets) {
    const ChunkOperands within = fused_.Waiting(room);  // no other members need to be looked up
    return AddSet(EvaluateWithin(context_, operand.node, within, into, AnswerKind::kSet).set,
                  operand.negated);
  }
  const ChunkView set = EvaluateSet(context_, operand.node, into);
  if (shared && !operand.negated) parts_ &= context_.shared_results().Of(operand.node).occupied;
  return parts_ != 0 && AddSet(set, operand.negated);
}

// Makes the operand's set the selection: it is the only set, or is restricted to the pending bitsets.
bool Conjunction::TakeAlone(const Operand& operand, const ChunkOperands& within, AnswerKind asked) {
  const bool is_within = within.count() > 0;
  const ChunkAnswer found = is_within ? EvaluateWithin(context_, operand.node, within, into_, asked)
                                      : Evaluate(context_, operand.node, into_, asked);
  if (asked == AnswerKind::kCount) {
    selected_ = Selected::kCounted;
    count_ = found.count;
    return true;
  }
  if (!is_within && context_.program().is_shared(operand.node)) {
    parts_ &= context_.shared_results().Of(operand.node).occupied;
  }
  view_ = found.set;
  selected_ = view_.form == ChunkForm::kFull ? Selected::kWhole : Selected::kView;
  return view_.form != ChunkForm::kEmpty;
}

// The set may lie in a register of the scope.
bool Conjunction::AddSet(const ChunkView& set, bool negated) {
  if (set.form == (negated ? ChunkForm::kFull : ChunkForm::kEmpty)) return false;
  if (set.form == (negated ? ChunkForm::kEmpty : ChunkForm::kFull)) return true;
  ToBitsets();
  if (IsDriver(set) && !negated) return LookUp(set);
  if (negated && IsSparse(set.form)) return TakeAway(set);
  if (fused_.Full() && !Fuse()) return false;
  fused_.Add(AsBitset(context_, set, scope_), negated);
  return true;
}

// Keeps the values of an array that are in all pending bitsets, one of which may be `into_`; the array
// becomes the list.
bool Conjunction::LookUp(const ChunkView& array) {
  FusedOperands::Room room;
  const ChunkOperands waiting = fused_.Waiting(room);
  ChunkRegister& list = scope_.Take();
  CopyValues(array, list.list());
  count_ = array.count;
  for (uint32_t i = 0; i < waiting.count() && count_ > 0; ++i) {
    const ChunkView bitset{ChunkForm::kBitset, 0, waiting.bitsets[i]};
    count_ = FilterList(list.list(), count_, bitset, i < waiting.positives);
  }
  CopyList(list.list(), count_, into_.list());
  selected_ = Selected::kList;
  return count_ > 0;
}

void Conjunction::ToBitsets() {
  if (selected_ == Selected::kView) fused_.Add(AsBitset(context_, view_, scope_), false);
  selected_ = Selected::kBitsets;
}

bool Conjunction::TakeAway(const ChunkView& sparse) {
  FusedOperands::Room room;
  const ChunkOperands waiting = fused_.Waiting(room);
  const bool in_register =
      waiting.count() == 1 && waiting.bitsets[0] == into_.bytes() && waiting.positives == 1;
  if (!in_register && !Fuse()) return false;
  ClearSparse(sparse, into_);
  return true;
}

uint32_t Conjunction::Intersect(uint8_t* out) {
  FusedOperands::Room room;
  const ChunkOperands waiting = fused_.Waiting(room);
  // Kept bitsets are in a cache and need no prefetching.
  if (keeps_rows_) return context_.kernels().intersect_parts(waiting, parts_, out);
  return context_.kernels().intersect(waiting, out);
}

bool Conjunction::Fuse() {
  const bool is_occupied = Intersect(into_.bytes()) > 0;
  ClearParts(~parts_, into_);
  fused_.StartWith(into_.bytes());
  return is_occupied;
}

ChunkWay Conjunction::way() const {
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

ChunkAnswer Conjunction::Finish(AnswerKind asked) {
  const bool parted = keeps_rows_ && view_.form == ChunkForm::kBitset;
  if (selected_ == Selected::kView && asked == AnswerKind::kCount && parted) ToBitsets();
  switch (selected_) {
    case Selected::kCounted:
      return {{}, count_};
    case Selected::kWhole:
      return Answer(context_, ChunkView{ChunkForm::kFull, 0, nullptr}, asked);
    case Selected::kView:
      return Answer(context_, view_, asked);
    case Selected::kList:
      return {{ChunkForm::kArray, count_, into_.bytes()}, count_};
    case Selected::kBitsets:
      break;
  }
  if (fused_.Count() == 0) return Answer(context_, ChunkView{ChunkForm::kFull, 0, nullptr}, asked);
  const uint32_t count = Intersect(Destination(into_, asked));
  if (keeps_rows_ && asked == AnswerKind::kSet && count > 0) return FinishParts(count);
  return FoundBitset(count, into_);
}

// Many roots may use the set, so a small result is returned as a list.
ChunkAnswer Conjunction::FinishParts(uint32_t count) {
  if (count <= context_.max_driver_values()) {
    ChunkRegister& list = scope_.Take();
    ListParts(into_.bytes(), parts_, list.list());
    CopyList(list.list(), count, into_.list());
    return {{ChunkForm::kArray, count, into_.bytes()}, count};
  }
  ClearParts(~parts_, into_);
  return FoundBitset(count, into_);
}

}  // namespace muster::query
