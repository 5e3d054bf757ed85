// Leaves that are empty or full in the chunk are decided at once; a full one lowers the number that is still
// wanted. If all others are short arrays, their values are counted in bytes. Up to kMaxCounted operands are
// added by full adders in registers. More of them are added in batches to bit-sliced counters in memory, and
// comparing these counters with the number wanted selects the members.
#include "query/execution/sets/threshold.h"

#include <bit>
#include <cstring>

#include "query/execution/kernels/sparse_chunks.h"
#include "query/execution/kernels/sparse_counters.h"
#include "query/execution/program/row_access.h"
#include "query/execution/sets/evaluation.h"

namespace muster::query {
namespace {

using index::ChunkForm;
using index::ChunkView;

constexpr uint32_t kMaxPlanes = 32;
// The most values per operand, on average, that are counted one by one. Beyond that, widening the operands is
// cheaper (measured: 3 of 8 arrays of 20 values took 3.4 µs per chunk widened, and 0.9 µs counted).
constexpr uint32_t kMaxCountedValues = 120;

// Up to kMaxCounted bitsets, positives first.
class Batch {
 public:
  bool Full() const { return count_ == kMaxCounted; }
  bool Empty() const { return count_ == 0; }
  void Add(const uint8_t* bitset, bool negated) {
    if (negated) {
      bitsets_[count_] = bitset;
    } else {  // the first negative moves to make room
      bitsets_[count_] = bitsets_[positives_];
      bitsets_[positives_++] = bitset;
    }
    ++count_;
  }
  ChunkOperands operands() const { return {bitsets_, positives_, count_ - positives_}; }
  void Clear() { count_ = positives_ = 0; }

 private:
  const uint8_t* bitsets_[kMaxCounted] = {};
  uint32_t positives_ = 0;
  uint32_t count_ = 0;
};

// At least all of them is AND; at least one is OR.
ChunkWay WayOf(const ChunkOperands& operands, uint32_t wanted) {
  if (wanted == operands.count()) return ChunkWay::kAsAllOf;
  if (wanted == 1 && operands.negatives == 0) return ChunkWay::kAsAnyOf;
  return ChunkWay::kInRegisters;
}

uint32_t AtLeastOf(const Kernels& kernels, const ChunkOperands& operands, uint32_t wanted, ChunkWay way,
                   uint8_t* out) {
  if (way == ChunkWay::kAsAllOf) return kernels.intersect(operands, out);
  if (way == ChunkWay::kAsAnyOf) return kernels.unite(operands.bitsets, operands.count(), out);
  return kernels.at_least(operands, wanted, out);
}

// The operands of a threshold that are neither full nor empty in the chunk, as far as their leaves show, and
// how many of them a member must still be in. Evaluating nodes may move them, so they are read one by one.
class OpenOperands {
 public:
  OpenOperands(EvalContext& context, const ProgramNode& node)
      : open_(context.open_operands()), wanted_(node.count) {
    for (const Operand& operand : node.operands) {
      if (!IsLeaf(context, operand)) {
        open_.Push() = operand;
        continue;
      }
      const RowChunk chunk = LeafChunk(context, operand);
      const ChunkForm form = chunk.composed ? ChunkForm::kBitset : chunk.view.form;
      const bool decided = form == ChunkForm::kEmpty || form == ChunkForm::kFull;
      if (!decided) {
        open_.Push() = operand;
      } else if ((form == ChunkForm::kFull) != operand.negated && wanted_ > 0) {
        --wanted_;
      }
    }
    count_ = static_cast<uint32_t>(open_.size());
  }

  uint32_t wanted() const { return wanted_; }
  uint32_t count() const { return count_; }
  Operand at(uint32_t place) const { return open_[place]; }

 private:
  StackScope<Operand> open_;
  uint32_t wanted_;
  uint32_t count_ = 0;
};

// Whether the operands are arrays short enough to count their values one by one.
bool AreShortLists(EvalContext& context, const OpenOperands& open) {
  if (open.count() > SparseCounters::kMaxAdded) return false;
  uint32_t left = open.count() * kMaxCountedValues;
  for (uint32_t i = 0; i < open.count(); ++i) {
    const Operand operand = open.at(i);
    if (operand.negated || !IsLeaf(context, operand)) return false;
    const RowChunk chunk = LeafChunk(context, operand);
    if (chunk.composed || chunk.view.form != ChunkForm::kArray || chunk.view.count > left) return false;
    left -= chunk.view.count;
  }
  return true;
}

ChunkAnswer CountInBytes(EvalContext& context, const OpenOperands& open, ChunkRegister& into,
                         AnswerKind asked) {
  SparseCounters& counters = context.sparse_counters();
  const bool set_bits = asked == AnswerKind::kSet;
  if (set_bits) std::memset(into.bytes(), 0, index::kChunkBytes);
  uint32_t selected = 0;
  const auto reached = [&](uint32_t value) {
    ++selected;
    if (set_bits) into.words[value / 64] |= uint64_t{1} << (value % 64);
  };
  for (uint32_t i = 0; i < open.count(); ++i) {
    const ChunkView array = LeafChunk(context, open.at(i)).view;
    context.NoteRead(array);
    counters.Add(array, open.wanted(), reached);
  }
  for (uint32_t i = 0; i < open.count(); ++i) counters.Clear(LeafChunk(context, open.at(i)).view);
  return FoundBitset(selected, into);
}

// No counter exceeds the number of operands added, so `plane_count` bits suffice.
ChunkAnswer CountInPlanes(EvalContext& context, const OpenOperands& open, ChunkRegister& into,
                          AnswerKind asked) {
  RegisterScope scope(context.registers());
  const uint32_t plane_count = static_cast<uint32_t>(std::bit_width(open.count()));
  uint8_t* planes[kMaxPlanes];
  for (uint32_t i = 0; i < plane_count; ++i) {
    planes[i] = scope.Take().bytes();
    std::memset(planes[i], 0, index::kChunkBytes);
  }
  RegisterScope added(context.registers());
  Batch batch;
  const auto add_up = [&] {
    context.kernels().add_to_planes(batch.operands(), planes, plane_count);
    batch.Clear();
    added.GiveBack();
  };
  for (uint32_t i = 0; i < open.count() && !context.Stopped(); ++i) {
    const Operand operand = open.at(i);
    batch.Add(AsBitset(context, OperandView(context, operand, added), added), operand.negated);
    if (batch.Full()) add_up();
  }
  if (!batch.Empty()) add_up();
  const uint64_t greatest = (uint64_t{1} << plane_count) - 1;
  const ChunkNumbers sums{planes, plane_count, open.wanted(), greatest};
  return FoundBitset(context.kernels().between({}, sums, Destination(into, asked)), into);
}

// Adds up to kMaxCounted operands in registers.
ChunkAnswer CountInRegisters(EvalContext& context, NodeIndex node, const OpenOperands& open,
                             ChunkRegister& into, AnswerKind asked) {
  RegisterScope scope(context.registers());
  Batch batch;
  uint32_t wanted = open.wanted();
  uint32_t left = open.count();
  for (uint32_t i = 0; i < open.count() && wanted > 0 && wanted <= left; ++i) {
    const Operand operand = open.at(i);
    const ChunkView view = OperandView(context, operand, scope);
    if (view.form == ChunkForm::kEmpty || view.form == ChunkForm::kFull) {
      --left;
      if ((view.form == ChunkForm::kFull) != operand.negated) --wanted;
    } else {
      batch.Add(AsBitset(context, view, scope), operand.negated);
    }
  }
  const bool decided = wanted == 0 || wanted > left;
  const ChunkWay way = decided ? ChunkWay::kDecided : WayOf(batch.operands(), wanted);
  if (context.IsMeasured(node)) context.Note(way);
  if (wanted == 0) return Answer(context, ChunkView{ChunkForm::kFull, 0, nullptr}, asked);
  if (wanted > left) return {};
  const uint32_t count =
      AtLeastOf(context.kernels(), batch.operands(), wanted, way, Destination(into, asked));
  return FoundBitset(count, into);
}

}  // namespace

// Few operands are added up in registers, many in planes in memory, and short lists value by value.
ChunkAnswer EvaluateThreshold(EvalContext& context, NodeIndex node, ChunkRegister& into, AnswerKind asked) {
  const OpenOperands open(context, context.program().node(node));
  const bool measured = context.IsMeasured(node);
  if (open.wanted() == 0 || open.wanted() > open.count()) {
    if (measured) context.Note(ChunkWay::kDecided);
    if (open.wanted() > 0) return {};
    return Answer(context, ChunkView{ChunkForm::kFull, 0, nullptr}, asked);
  }
  if (AreShortLists(context, open)) {
    if (measured) context.Note(ChunkWay::kInBytes);
    return CountInBytes(context, open, into, asked);
  }
  if (open.count() > kMaxCounted) {
    if (measured) context.Note(ChunkWay::kInPlanes);
    return CountInPlanes(context, open, into, asked);
  }
  return CountInRegisters(context, node, open, into, asked);
}

}  // namespace muster::query
