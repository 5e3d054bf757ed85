#include "query/execution/chunk_evaluator.h"

#include "query/execution/kernels/sparse_chunks.h"
#include "query/execution/scan.h"

namespace muster::query {

using index::ChunkForm;
using index::ChunkView;

namespace {

// Nodes and rows between two questions to the stop token: some tens of microseconds.
constexpr uint32_t kStepsBetweenChecks = 64;
// Where many roots share their rows' bitsets, those lie in a cache, and whole passes cost less.
constexpr uint32_t kMaxDriverValuesOfMany = 96;
// Rows whose bitsets are kept for a chunk: 32 MiB.
constexpr size_t kMaxKeptRows = 4096;
// Registers of shared nodes, beside those of one root: 32 MiB again. Beyond, the roots that follow evaluate
// them anew.
constexpr size_t kMaxSharedRegisters = 4096;
static_assert(kMaxDriverValuesOfMany <= kMaxDriverValues);

}  // namespace

ChunkEvaluator::ChunkEvaluator(const Program& program, const Kernels& kernels, WindowRows& rows,
                               const StopToken* stop)
    : program_(program),
      kernels_(kernels),
      rows_(rows),
      stop_(stop),
      max_driver_values_(program.roots().size() > 1 ? kMaxDriverValuesOfMany : kMaxDriverValues) {
  const bool keep = program.roots().size() > 1 && program.rows().size() <= kMaxKeptRows;
  if (keep) kept_rows_.resize(program.rows().size());
  if (program.has_shared_nodes()) shared_.resize(program.nodes().size());
}

void ChunkEvaluator::Enter(uint32_t chunk) {
  chunk_ = chunk;
  ++stamp_;
  ForgetShared();
  registers_.Release(0);
}

uint32_t ChunkEvaluator::Count(uint32_t root) {
  registers_.Release(0);
  if (shared_taken_ > kMaxSharedRegisters) ForgetShared();
  uint32_t count = 0;
  Conjoin(program_.conjunction_of(root), registers_.Take(), &count);
  return count;
}

ChunkView ChunkEvaluator::Select(uint32_t root) {
  registers_.Release(0);
  return Conjoin(program_.conjunction_of(root), registers_.Take(), nullptr);
}

uint32_t ChunkEvaluator::CountNode(NodeIndex index, WayCounts& ways) {
  registers_.Release(0);
  ++stamp_;
  ForgetShared();
  const ProgramNode& node = program_.node(index);
  ways_ = &ways;
  noted_ = false;
  measured_ = node.operands.empty() ? static_cast<const void*>(node.rows.data()) : node.operands.data();
  if (node.kind == NodeKind::kRow) Note(WayOfRow(node.rows[0]));
  if (node.kind == NodeKind::kEveryone || node.kind == NodeKind::kNobody) Note(ChunkWay::kDecided);
  const Operand operands[] = {{program_.everyone(), false}, {index, false}};
  uint32_t count = 0;
  Conjoin(operands, registers_.Take(), &count);
  // Where everyone is a short list, its values are looked up in the node, which isn't evaluated as a whole.
  if (!noted_ && HoldsAnybody()) Note(ChunkWay::kLookedUp);
  ways_ = nullptr;
  return count;
}

bool ChunkEvaluator::HoldsAnybody() {
  const RowChunk everyone = rows_.ChunkOf(program_.leaf_row(program_.everyone()), chunk_);
  return everyone.composed || everyone.view.form != ChunkForm::kEmpty;
}

ChunkWay ChunkEvaluator::WayOfRow(RowIndex row) {
  const RowChunk chunk = rows_.ChunkOf(row, chunk_);
  if (chunk.composed) return ChunkWay::kFlips;
  switch (chunk.view.form) {
    case ChunkForm::kEmpty:
    case ChunkForm::kFull:
      break;
    case ChunkForm::kArray:
      return ChunkWay::kArray;
    case ChunkForm::kBitset:
      return ChunkWay::kBitset;
    case ChunkForm::kRuns:
      return ChunkWay::kRuns;
  }
  return ChunkWay::kDecided;
}

ChunkView ChunkEvaluator::Evaluate(NodeIndex index, ChunkRegister& into, uint32_t* count) {
  if (count != nullptr) *count = 0;
  if (Stopped()) return ChunkView{};
  if (program_.is_shared(index)) return Counted(EvaluateShared(index), count);
  const ProgramNode& node = program_.node(index);
  switch (node.kind) {
    case NodeKind::kEveryone:
      return Counted(ChunkView{ChunkForm::kFull, 0, nullptr}, count);
    case NodeKind::kNobody:
      return ChunkView{};
    case NodeKind::kRow:
      return Counted(RowView(node.rows[0], into), count);
    case NodeKind::kAnyRow:
      return UniteRows(node.rows, into, count);
    case NodeKind::kRange:
    case NodeKind::kNumberIn:
      return EvaluateNumbers(node, ChunkOperands{}, into, count);
    case NodeKind::kAnd:
      return Conjoin(node.operands, into, count);
    case NodeKind::kOr:
      return UniteOperands(node.operands, into, count);
    case NodeKind::kAtLeast:
      return EvaluateThreshold(node, into, count);
  }
  return ChunkView{};
}

ChunkView ChunkEvaluator::EvaluateShared(NodeIndex index) {
  SharedResult& shared = shared_[index];
  if (shared.stamp == shared_stamp_) return shared.view;
  shared.view = EvaluateOnce(program_.node(index), TakeShared());
  shared.stamp = shared_stamp_;
  shared.occupied =
      shared.view.form == ChunkForm::kBitset ? kernels_.occupied_parts(shared.view.bytes) : kAllParts;
  return shared.view;
}

// Must not find the node shared, so it goes by its operands or kind.
ChunkView ChunkEvaluator::EvaluateOnce(const ProgramNode& node, ChunkRegister& into) {
  switch (node.kind) {
    case NodeKind::kAnd:
      return Conjoin(node.operands, into, nullptr);
    case NodeKind::kOr:
      return UniteOperands(node.operands, into, nullptr);
    case NodeKind::kAtLeast:
      return EvaluateThreshold(node, into, nullptr);
    case NodeKind::kAnyRow:
      return UniteRows(node.rows, into, nullptr);
    case NodeKind::kRange:
    case NodeKind::kNumberIn:
      return EvaluateNumbers(node, ChunkOperands{}, into, nullptr);
    case NodeKind::kEveryone:
    case NodeKind::kNobody:
    case NodeKind::kRow:
      break;  // never shared: Program sees to it
  }
  return ChunkView{};
}

ChunkRegister& ChunkEvaluator::TakeShared() {
  if (shared_taken_ == shared_registers_.size()) {
    shared_registers_.push_back(std::make_unique<ChunkRegister>());
  }
  return *shared_registers_[shared_taken_++];
}

void ChunkEvaluator::ForgetShared() {
  shared_taken_ = 0;
  ++shared_stamp_;
}

ChunkView ChunkEvaluator::RowView(RowIndex row, const RowChunk& chunk, ChunkRegister& target) {
  if (!chunk.composed) {
    NoteRead(chunk.view);
    return chunk.view;
  }
  rows_.Compose(row, chunk_, kernels_, target);
  return ChunkView{ChunkForm::kBitset, 0, target.bytes()};
}

const uint8_t* ChunkEvaluator::AsBitset(const ChunkView& view) {
  switch (view.form) {
    case ChunkForm::kEmpty:
      return NoneOfChunk();
    case ChunkForm::kFull:
      return AllOfChunk();
    case ChunkForm::kBitset:
      return view.bytes;
    case ChunkForm::kArray:
    case ChunkForm::kRuns:
      break;
  }
  ChunkRegister& widened = registers_.Take();
  Widen(kernels_, view, widened);
  return widened.bytes();
}

const uint8_t* ChunkEvaluator::LeafBitset(const OpenLeaf& leaf) {
  const RowChunk& chunk = leaf.chunk;
  if (chunk.composed || chunk.view.form != ChunkForm::kBitset) {
    if (chunk.composed) return RowView(leaf.row, chunk, registers_.Take()).bytes;
  }
  rows_.NoteWhole(leaf.row);
  NoteRead(chunk.view);
  return AsBitset(chunk.view);
}

ChunkView ChunkEvaluator::OperandView(const Operand& operand) {
  if (!IsLeaf(operand)) return Evaluate(operand.node, registers_.Take());
  const RowChunk chunk = LeafChunk(operand);
  if (chunk.composed) return RowView(program_.leaf_row(operand.node), chunk, registers_.Take());
  NoteRead(chunk.view);
  return chunk.view;
}

ChunkView ChunkEvaluator::Counted(const ChunkView& view, uint32_t* count) {
  if (count != nullptr) *count = CountView(view);
  return view;
}

uint32_t ChunkEvaluator::CountView(const ChunkView& view) {
  switch (view.form) {
    case ChunkForm::kEmpty:
      return 0;
    case ChunkForm::kFull:
      return index::kChunkOrdinals;
    case ChunkForm::kArray:
    case ChunkForm::kRuns:
      return CountSparse(view);
    case ChunkForm::kBitset:
      return kernels_.intersect({&view.bytes, 1, 0}, nullptr);
  }
  return 0;
}

bool ChunkEvaluator::Stopped() {
  if (stop_ == nullptr) return false;
  if (++steps_ % kStepsBetweenChecks == 0 && status_.ok()) status_ = stop_->Check();
  return !status_.ok();
}

}  // namespace muster::query
