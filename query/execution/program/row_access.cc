#include "query/execution/program/row_access.h"

#include <algorithm>

#include "query/execution/kernels/sparse_chunks.h"

namespace muster::query {

using index::ChunkForm;
using index::ChunkView;

const uint8_t* MadeBitset(EvalContext& context, const ChunkView& view, RegisterScope& scope) {
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
  ChunkRegister& widened = scope.Take();
  Widen(context.kernels(), view, widened);
  return widened.bytes();
}

uint32_t CountOf(const EvalContext& context, const ChunkView& view) {
  switch (view.form) {
    case ChunkForm::kEmpty:
      return 0;
    case ChunkForm::kFull:
      return index::kChunkOrdinals;
    case ChunkForm::kArray:
    case ChunkForm::kRuns:
      return CountSparse(view);
    case ChunkForm::kBitset:
      return context.kernels().intersect({&view.bytes, 1, 0}, nullptr);
  }
  return 0;
}

uint32_t FilterByLeaf(EvalContext& context, ListedValue* list, uint32_t count, const OpenLeaf& leaf) {
  const RowChunk& chunk = leaf.chunk;
  const bool keep = !leaf.negated;
  const bool sparse = chunk.view.form == ChunkForm::kArray || chunk.view.form == ChunkForm::kRuns;
  KeptRows& kept = context.kept_rows();
  if (kept.keeps() && (chunk.composed || (sparse && kept.WidensFor(leaf.row, count)))) {
    return FilterList(list, count, {ChunkForm::kBitset, 0, kept.WithBitset(leaf.row).bitset}, keep);
  }
  if (chunk.composed) {
    RegisterScope scope(context.registers());
    return FilterList(list, count, RowView(context, leaf.row, chunk, scope.Take()), keep);
  }
  context.NoteRead(std::min(BytesOf(chunk.view), count * kCacheLine));
  return FilterList(list, count, chunk.view, keep);
}

ChunkWay WayOfRow(EvalContext& context, RowIndex row) {
  const RowChunk chunk = context.ChunkOf(row);
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

}  // namespace muster::query
