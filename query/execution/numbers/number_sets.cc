#include "query/execution/numbers/number_sets.h"

#include "query/execution/kernels/sparse_chunks.h"
#include "query/execution/numbers/listed_numbers.h"
#include "query/execution/program/row_access.h"

namespace muster::query {

ChunkAnswer EvaluateNumbers(EvalContext& context, NodeIndex index, const ChunkOperands& within,
                            ChunkRegister& into, AnswerKind asked) {
  const ProgramNode& node = context.program().node(index);
  if (context.IsMeasured(index)) {
    const RowChunk known = context.ChunkOf(node.rows[kKnownRowPlace]);
    const bool nobody = !known.composed && known.view.form == index::ChunkForm::kEmpty;
    context.Note(nobody ? ChunkWay::kDecided : ChunkWay::kBySlices);
  }
  if (node.kind == NodeKind::kSum) return EvaluateSum(context, node, within, into, asked);
  if (node.kind == NodeKind::kNumberIn) return EvaluateNumberIn(context, node, within, into);
  return EvaluateRange(context, node, within, into, asked);
}

uint32_t FilterByRange(EvalContext& context, ListedValue* list, uint32_t count, const ProgramNode& node,
                       bool keep) {
  ListedNumbers numbers;
  PutNumbersTogether(context, list, count, node.rows, numbers);
  return KeepWhere(list, count, keep, [&](uint32_t place, uint32_t) {
    if (!numbers.known[place]) return false;
    const int64_t number = numbers.number(place);
    return node.low <= number && number <= node.high;
  });
}

uint32_t FilterByNumbers(EvalContext& context, ListedValue* list, uint32_t count, const ProgramNode& node,
                         bool keep) {
  if (node.kind == NodeKind::kSum) return FilterBySum(context, list, count, node, keep);
  if (node.kind == NodeKind::kRange) return FilterByRange(context, list, count, node, keep);
  ListedNumbers numbers;
  PutNumbersTogether(context, list, count, node.rows, numbers);
  const NumberSet& set = node.numbers;
  return KeepWhere(list, count, keep, [&](uint32_t place, uint32_t) {
    if (!numbers.known[place]) return false;
    return (numbers.negative[place] ? set.below_zero() : set.from_zero()).Holds(numbers.magnitudes[place]);
  });
}

}  // namespace muster::query
