#include "query/execution/chunk_evaluator.h"

#include "query/execution/sparse_chunks.h"

namespace muster::query {

using index::ChunkForm;
using index::ChunkView;

ChunkEvaluator::ChunkEvaluator(const Program& program, const Kernels& kernels, WindowRows& rows)
    : program_(program), kernels_(kernels), rows_(rows) {}

uint32_t ChunkEvaluator::Count(uint32_t chunk) {
  chunk_ = chunk;
  registers_.Release(0);
  uint32_t count = 0;
  Conjoin(program_.root_conjunction(), registers_.Take(), &count);
  return count;
}

ChunkView ChunkEvaluator::Select(uint32_t chunk) {
  chunk_ = chunk;
  registers_.Release(0);
  return Conjoin(program_.root_conjunction(), registers_.Take(), nullptr);
}

uint32_t ChunkEvaluator::CountNode(NodeIndex node, uint32_t chunk) {
  chunk_ = chunk;
  registers_.Release(0);
  const Operand operands[] = {{program_.everyone(), false}, {node, false}};
  uint32_t count = 0;
  Conjoin(operands, registers_.Take(), &count);
  return count;
}

ChunkView ChunkEvaluator::Evaluate(NodeIndex index, ChunkRegister& into) {
  const ProgramNode& node = program_.node(index);
  switch (node.kind) {
    case NodeKind::kEveryone:
      return ChunkView{ChunkForm::kFull, 0, nullptr};
    case NodeKind::kNobody:
      return ChunkView{};
    case NodeKind::kRow:
      return RowView(node.rows[0], into);
    case NodeKind::kAnyRow:
      return UniteRows(node.rows, into);
    case NodeKind::kRange:
      return EvaluateRange(node, into);
    case NodeKind::kAnd:
      return Conjoin(node.operands, into, nullptr);
    case NodeKind::kOr:
      return UniteOperands(node.operands, into);
    case NodeKind::kAtLeast:
      return EvaluateThreshold(node, into);
  }
  return ChunkView{};
}

bool ChunkEvaluator::IsLeaf(const Operand& operand) const {
  const NodeKind kind = program_.node(operand.node).kind;
  return kind == NodeKind::kRow || kind == NodeKind::kEveryone || kind == NodeKind::kNobody;
}

RowChunk ChunkEvaluator::LeafChunk(const Operand& operand) {
  const ProgramNode& node = program_.node(operand.node);
  if (node.kind == NodeKind::kRow) return rows_.ChunkOf(node.rows[0], chunk_);
  const ChunkForm form = node.kind == NodeKind::kEveryone ? ChunkForm::kFull : ChunkForm::kEmpty;
  return RowChunk{ChunkView{form, 0, nullptr}, false};
}

ChunkView ChunkEvaluator::LeafView(const Operand& operand, const RowChunk& chunk, ChunkRegister& target) {
  if (!chunk.composed) {
    NoteRead(chunk.view);
    return chunk.view;
  }
  rows_.Compose(program_.node(operand.node).rows[0], chunk_, kernels_, target);
  return ChunkView{ChunkForm::kBitset, 0, target.bytes()};
}

ChunkView ChunkEvaluator::RowView(RowIndex row, ChunkRegister& target) {
  const RowChunk chunk = rows_.ChunkOf(row, chunk_);
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
  Widen(view, widened);
  return widened.bytes();
}

ChunkView ChunkEvaluator::OperandView(const Operand& operand) {
  ChunkView view;
  if (!IsLeaf(operand)) {
    view = Evaluate(operand.node, registers_.Take());
  } else {
    const RowChunk chunk = LeafChunk(operand);
    view = chunk.composed ? LeafView(operand, chunk, registers_.Take()) : chunk.view;
    if (!chunk.composed) NoteRead(view);
  }
  return operand.negated ? Complement(view) : view;
}

ChunkView ChunkEvaluator::Complement(const ChunkView& view) {
  if (view.form == ChunkForm::kEmpty) return ChunkView{ChunkForm::kFull, 0, nullptr};
  if (view.form == ChunkForm::kFull) return ChunkView{};
  const uint8_t* bitset = AsBitset(view);
  ChunkRegister& complement = registers_.Take();
  kernels_.intersect(&bitset, 0, 1, complement.bytes());
  return ChunkView{ChunkForm::kBitset, 0, complement.bytes()};
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
      return kernels_.intersect(&view.bytes, 1, 0, nullptr);
  }
  return 0;
}

}  // namespace muster::query
