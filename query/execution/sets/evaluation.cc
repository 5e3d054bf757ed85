#include "query/execution/sets/evaluation.h"

#include "query/execution/numbers/number_sets.h"
#include "query/execution/program/row_access.h"
#include "query/execution/sets/buckets.h"
#include "query/execution/sets/conjunction.h"
#include "query/execution/sets/disjunction.h"
#include "query/execution/sets/threshold.h"

namespace muster::query {

using index::ChunkForm;
using index::ChunkView;

namespace {

// Evaluates the node itself, bypassing the shared result.
ChunkAnswer EvaluateAnew(EvalContext& context, NodeIndex index, ChunkRegister& into, AnswerKind asked) {
  const ProgramNode& node = context.program().node(index);
  switch (node.kind) {
    case NodeKind::kEveryone:
      return Answer(context, ChunkView{ChunkForm::kFull, 0, nullptr}, asked);
    case NodeKind::kNobody:
      return {};
    case NodeKind::kRow:
      return Answer(context, RowView(context, node.rows[0], context.ChunkOf(node.rows[0]), into), asked);
    case NodeKind::kAnyRow:
      return UniteRows(context, index, into, asked);
    case NodeKind::kRange:
    case NodeKind::kNumberIn:
    case NodeKind::kSum:
      return EvaluateNumbers(context, index, ChunkOperands{}, into, asked);
    case NodeKind::kBucket:
      return EvaluateBucket(context, index, ChunkOperands{}, into, asked);
    case NodeKind::kAnd:
      return Conjoin(context, index, node.operands, into, asked);
    case NodeKind::kOr:
      return UniteOperands(context, index, into, asked);
    case NodeKind::kAtLeast:
      return EvaluateThreshold(context, index, into, asked);
  }
  return {};
}

}  // namespace

ChunkAnswer Evaluate(EvalContext& context, NodeIndex node, ChunkRegister& into, AnswerKind asked) {
  if (context.Stopped()) return {};
  if (context.program().is_shared(node)) return Answer(context, EvaluateShared(context, node).set, asked);
  return EvaluateAnew(context, node, into, asked);
}

const SharedResult& EvaluateShared(EvalContext& context, NodeIndex node) {
  SharedResults& results = context.shared_results();
  SharedResult& result = results.Of(node);
  if (results.IsKnown(result)) return result;
  result.set = EvaluateAnew(context, node, results.Take(), AnswerKind::kSet).set;
  results.MakeKnown(result);
  const bool parted = context.kept_rows().keeps() && result.set.form == ChunkForm::kBitset;
  result.occupied = parted ? context.kernels().occupied_parts(result.set.bytes) : kAllParts;
  return result;
}

ChunkView OperandView(EvalContext& context, const Operand& operand, RegisterScope& scope) {
  if (!IsLeaf(context, operand)) return EvaluateSet(context, operand.node, scope.Take());
  const RowChunk chunk = LeafChunk(context, operand);
  if (chunk.composed) return RowView(context, context.program().leaf_row(operand.node), chunk, scope.Take());
  context.NoteRead(chunk.view);
  return chunk.view;
}

uint32_t CountRoot(EvalContext& context, uint32_t root) {
  context.shared_results().ForgetSome();
  RegisterScope scope(context.registers());
  const absl::Span<const Operand> operands = context.program().conjunction_of(root);
  return Conjoin(context, kNoNode, operands, scope.Take(), AnswerKind::kCount).count;
}

ChunkView SelectRoot(EvalContext& context, uint32_t root, RegisterScope& scope) {
  const absl::Span<const Operand> operands = context.program().conjunction_of(root);
  return Conjoin(context, kNoNode, operands, scope.Take(), AnswerKind::kSet).set;
}

uint32_t CountNode(EvalContext& context, NodeIndex index, WayCounts& ways) {
  context.EnterAgain();
  NodeWays measured{index, ways};
  context.Measure(&measured);
  const ProgramNode& node = context.program().node(index);
  if (node.kind == NodeKind::kRow) context.Note(WayOfRow(context, node.rows[0]));
  if (node.kind == NodeKind::kEveryone || node.kind == NodeKind::kNobody) context.Note(ChunkWay::kDecided);
  const Operand operands[] = {{context.program().everyone(), false}, {index, false}};
  RegisterScope scope(context.registers());
  const uint32_t count = Conjoin(context, kNoNode, operands, scope.Take(), AnswerKind::kCount).count;
  // If everyone is a short list, its values are looked up in the node, which isn't evaluated as a whole.
  if (!measured.noted && context.HoldsAnybody()) context.Note(ChunkWay::kLookedUp);
  context.Measure(nullptr);
  return count;
}

}  // namespace muster::query
