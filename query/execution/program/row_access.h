// Access to rows of the current chunk as sets.
#ifndef MUSTER_QUERY_EXECUTION_PROGRAM_ROW_ACCESS_H_
#define MUSTER_QUERY_EXECUTION_PROGRAM_ROW_ACCESS_H_

#include <cstdint>

#include "index/bitmap/chunk_view.h"
#include "query/execution/kernels/registers.h"
#include "query/execution/program/chunk_way.h"
#include "query/execution/program/eval_context.h"
#include "query/execution/program/program.h"
#include "query/execution/program/window_rows.h"

namespace muster::query {

// Whether the operand is a row, everyone or nobody.
inline bool IsLeaf(const EvalContext& context, const Operand& operand) {
  const Program& program = context.program();
  if (program.leaf_row(operand.node) != Program::kNoRow) return true;
  const NodeKind kind = program.node(operand.node).kind;
  return kind == NodeKind::kEveryone || kind == NodeKind::kNobody;
}

// The leaf's set, ignoring negation. REQUIRES: IsLeaf.
inline RowChunk LeafChunk(EvalContext& context, const Operand& operand) {
  const RowIndex row = context.program().leaf_row(operand.node);
  if (row != Program::kNoRow) return context.ChunkOf(row);
  const bool everyone = context.program().node(operand.node).kind == NodeKind::kEveryone;
  return RowChunk{{everyone ? index::ChunkForm::kFull : index::ChunkForm::kEmpty, 0, nullptr}, false};
}

// The row's set; if it is composed, it is assembled in `target`. `chunk` is the row's.
inline index::ChunkView RowView(EvalContext& context, RowIndex row, const RowChunk& chunk,
                                ChunkRegister& target) {
  if (!chunk.composed) {
    context.NoteRead(chunk.view);
    return chunk.view;
  }
  context.rows().Compose(row, context.chunk(), context.kernels(), target);
  return index::ChunkView{index::ChunkForm::kBitset, 0, target.bytes()};
}

// The view as a bitset: its own bytes, a constant, or widened into a register of the scope.
const uint8_t* MadeBitset(EvalContext& context, const index::ChunkView& view, RegisterScope& scope);
inline const uint8_t* AsBitset(EvalContext& context, const index::ChunkView& view, RegisterScope& scope) {
  if (view.form == index::ChunkForm::kBitset) return view.bytes;
  return MadeBitset(context, view, scope);
}
// A row as a bitset to be read from end to end: its own bytes, NoneOfChunk() for an empty one, or assembled
// or widened in a register of the scope.
inline const uint8_t* RowBitset(EvalContext& context, RowIndex row, const RowChunk& chunk,
                                RegisterScope& scope) {
  context.rows().NoteWhole(row);
  if (chunk.composed) return RowView(context, row, chunk, scope.Take()).bytes;
  context.NoteRead(chunk.view);
  return AsBitset(context, chunk.view, scope);
}
inline const uint8_t* RowBitset(EvalContext& context, RowIndex row, RegisterScope& scope) {
  return RowBitset(context, row, context.ChunkOf(row), scope);
}

uint32_t CountOf(const EvalContext& context, const index::ChunkView& view);
// The view, or only its count.
inline ChunkAnswer Answer(const EvalContext& context, const index::ChunkView& view, AnswerKind asked) {
  return asked == AnswerKind::kSet ? ChunkAnswer{view, 0} : ChunkAnswer{{}, CountOf(context, view)};
}
// The destination of a kernel's result: none if only the count is needed.
inline uint8_t* Destination(ChunkRegister& into, AnswerKind asked) {
  return asked == AnswerKind::kSet ? into.bytes() : nullptr;
}
// A kernel's result: `count` members, in the register if the set was asked for.
inline ChunkAnswer FoundBitset(uint32_t count, ChunkRegister& into) {
  if (count == 0) return {};
  return {{index::ChunkForm::kBitset, 0, into.bytes()}, count};
}

// Keeps the values of an ascending list that are in the leaf's row, or not in it if the leaf is negated;
// returns the number kept.
uint32_t FilterByLeaf(EvalContext& context, ListedValue* list, uint32_t count, const OpenLeaf& leaf);
// The same for a row, by its chunk in the context.
inline uint32_t FilterByRow(EvalContext& context, ListedValue* list, uint32_t count, RowIndex row,
                            bool keep) {
  return FilterByLeaf(context, list, count, {row, !keep, context.ChunkOf(row)});
}

// How the row is stored in the chunk.
ChunkWay WayOfRow(EvalContext& context, RowIndex row);

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_PROGRAM_ROW_ACCESS_H_
