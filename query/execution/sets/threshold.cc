// AT LEAST k OF: a counter for each ordinal of the chunk, bit-sliced; bytes where the operands are short
// lists.
#include <bit>
#include <cstring>

#include "query/execution/chunk_evaluator.h"
#include "query/execution/kernels/sparse_chunks.h"
#include "query/execution/kernels/sparse_counters.h"

namespace muster::query {
namespace {

using index::ChunkForm;
using index::ChunkView;

constexpr uint32_t kMaxPlanes = 32;
// Values an operand, on the average, that are counted one by one: beyond, widening the operands costs less
// (measured: 3 of 8 arrays of 20 values took 3.4 µs a chunk widened, and 0.9 so).
constexpr uint32_t kMaxCountedValues = 120;

// Up to kMaxCounted bitsets, positives in front.
class Batch {
 public:
  bool Full() const { return count_ == kMaxCounted; }
  bool Empty() const { return count_ == 0; }
  void Add(const uint8_t* bitset, bool negated) {
    if (negated) {
      bitsets_[count_] = bitset;
    } else {  // the first negative makes room
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

// All of them is AND, and one of them is OR.
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

}  // namespace

// Those of a threshold's operands that neither all nor none of the chunk are in, as far as leaves say so, on
// the evaluator's stack; and how many of them a member must still be in.
class ChunkEvaluator::OpenOperands {
 public:
  OpenOperands(ChunkEvaluator& evaluator, const ProgramNode& node)
      : evaluator_(evaluator), first_(evaluator.open_.size()), wanted_(node.count) {
    for (const Operand& operand : node.operands) {
      if (!evaluator.IsLeaf(operand)) {
        evaluator.open_.push_back(operand);
        continue;
      }
      const RowChunk chunk = evaluator.LeafChunk(operand);
      const ChunkForm form = chunk.composed ? ChunkForm::kBitset : chunk.view.form;
      const bool decided = form == ChunkForm::kEmpty || form == ChunkForm::kFull;
      if (!decided) {
        evaluator.open_.push_back(operand);
      } else if ((form == ChunkForm::kFull) != operand.negated && wanted_ > 0) {
        --wanted_;
      }
    }
    count_ = static_cast<uint32_t>(evaluator.open_.size() - first_);
  }
  ~OpenOperands() { evaluator_.open_.resize(first_); }
  OpenOperands(const OpenOperands&) = delete;
  OpenOperands& operator=(const OpenOperands&) = delete;

  uint32_t wanted() const { return wanted_; }
  uint32_t count() const { return count_; }
  // Nodes below may use the stack too and move it, so operands are asked for one by one.
  Operand at(uint32_t place) const { return evaluator_.open_[first_ + place]; }

 private:
  ChunkEvaluator& evaluator_;
  const size_t first_;
  uint32_t wanted_;
  uint32_t count_ = 0;
};

// Few operands are added up in registers, many in planes of memory, and short lists one value after another.
ChunkView ChunkEvaluator::EvaluateThreshold(const ProgramNode& node, ChunkRegister& into, uint32_t* count) {
  if (count != nullptr) *count = 0;
  const OpenOperands open(*this, node);
  const bool measured = IsMeasured(node.operands.data());
  if (measured && (open.wanted() == 0 || open.wanted() > open.count())) Note(ChunkWay::kDecided);
  if (open.wanted() == 0) return Counted(ChunkView{ChunkForm::kFull, 0, nullptr}, count);
  if (open.wanted() > open.count()) return ChunkView{};
  if (AreShortLists(open)) {
    if (measured) Note(ChunkWay::kInBytes);
    return CountInBytes(open, into, count);
  }
  if (open.count() > kMaxCounted) {
    if (measured) Note(ChunkWay::kInPlanes);
    return CountInPlanes(open, open.wanted(), into, count);
  }

  const size_t mark = registers_.Mark();
  Batch batch;
  uint32_t wanted = open.wanted();
  uint32_t left = open.count();
  for (uint32_t i = 0; i < open.count() && wanted > 0 && wanted <= left; ++i) {
    const Operand operand = open.at(i);
    const ChunkView view = OperandView(operand);
    if (view.form == ChunkForm::kEmpty || view.form == ChunkForm::kFull) {
      --left;
      if ((view.form == ChunkForm::kFull) != operand.negated) --wanted;
    } else {
      batch.Add(AsBitset(view), operand.negated);
    }
  }
  ChunkView selected;
  if (measured && (wanted == 0 || wanted > left)) Note(ChunkWay::kDecided);
  if (wanted == 0) {
    selected = Counted(ChunkView{ChunkForm::kFull, 0, nullptr}, count);
  } else if (wanted <= left) {
    uint8_t* const out = count != nullptr ? nullptr : into.bytes();
    const ChunkWay way = WayOf(batch.operands(), wanted);
    if (measured) Note(way);
    const uint32_t number = AtLeastOf(kernels_, batch.operands(), wanted, way, out);
    if (count != nullptr) *count = number;
    if (number > 0) selected = ChunkView{ChunkForm::kBitset, 0, into.bytes()};
  }
  registers_.Release(mark);
  return selected;
}

bool ChunkEvaluator::AreShortLists(const OpenOperands& open) {
  if (open.count() > SparseCounters::kMaxAdded) return false;
  uint32_t left = open.count() * kMaxCountedValues;
  for (uint32_t i = 0; i < open.count(); ++i) {
    const Operand operand = open.at(i);
    if (operand.negated || !IsLeaf(operand)) return false;
    const RowChunk chunk = LeafChunk(operand);
    if (chunk.composed || chunk.view.form != ChunkForm::kArray || chunk.view.count > left) return false;
    left -= chunk.view.count;
  }
  return true;
}

ChunkView ChunkEvaluator::CountInBytes(const OpenOperands& open, ChunkRegister& into, uint32_t* count) {
  if (sparse_counters_ == nullptr) sparse_counters_ = std::make_unique<SparseCounters>();
  if (count == nullptr) std::memset(into.bytes(), 0, index::kChunkBytes);
  uint32_t selected = 0;
  const auto reached = [&](uint32_t value) {
    ++selected;
    if (count == nullptr) into.words[value / 64] |= uint64_t{1} << (value % 64);
  };
  for (uint32_t i = 0; i < open.count(); ++i) {
    const ChunkView array = LeafChunk(open.at(i)).view;
    NoteRead(array);
    sparse_counters_->Add(array, open.wanted(), reached);
  }
  for (uint32_t i = 0; i < open.count(); ++i) sparse_counters_->Clear(LeafChunk(open.at(i)).view);
  if (count != nullptr) *count = selected;
  return selected == 0 ? ChunkView{} : ChunkView{ChunkForm::kBitset, 0, into.bytes()};
}

// No counter exceeds the operands added, so `plane_count` bits hold it.
ChunkView ChunkEvaluator::CountInPlanes(const OpenOperands& open, uint32_t wanted, ChunkRegister& into,
                                        uint32_t* count) {
  const size_t mark = registers_.Mark();
  const uint32_t plane_count = static_cast<uint32_t>(std::bit_width(open.count()));
  uint8_t* planes[kMaxPlanes];
  for (uint32_t i = 0; i < plane_count; ++i) {
    planes[i] = registers_.Take().bytes();
    std::memset(planes[i], 0, index::kChunkBytes);
  }
  const size_t operand_mark = registers_.Mark();
  Batch batch;
  const auto add_up = [&] {
    kernels_.add_to_planes(batch.operands(), planes, plane_count);
    batch.Clear();
    registers_.Release(operand_mark);
  };
  for (uint32_t i = 0; i < open.count() && !Stopped(); ++i) {
    const Operand operand = open.at(i);
    batch.Add(AsBitset(OperandView(operand)), operand.negated);
    if (batch.Full()) add_up();
  }
  if (!batch.Empty()) add_up();
  const uint64_t greatest = (uint64_t{1} << plane_count) - 1;
  uint8_t* const out = count != nullptr ? nullptr : into.bytes();
  const uint32_t number = kernels_.between({}, {planes, plane_count, wanted, greatest}, out);
  if (count != nullptr) *count = number;
  registers_.Release(mark);
  return number == 0 ? ChunkView{} : ChunkView{ChunkForm::kBitset, 0, into.bytes()};
}

}  // namespace muster::query
