// Evaluates a program's nodes and roots in the current chunk of a context.
#ifndef MUSTER_QUERY_EXECUTION_SETS_EVALUATION_H_
#define MUSTER_QUERY_EXECUTION_SETS_EVALUATION_H_

#include <cstdint>

#include "index/bitmap/chunk_view.h"
#include "query/execution/kernels/registers.h"
#include "query/execution/program/eval_context.h"
#include "query/execution/program/program.h"

namespace muster::query {

// The number of members that a root of the program selects.
uint32_t CountRoot(EvalContext& context, uint32_t root);
// The members themselves: stored bytes, or a register of the scope.
index::ChunkView SelectRoot(EvalContext& context, uint32_t root, RegisterScope& scope);
// The number of members of everyone in one node, evaluated alone, regardless of what the chunk has evaluated
// before; adds the node's way to `ways`. For EXPLAIN.
uint32_t CountNode(EvalContext& context, NodeIndex node, WayCounts& ways);

// A node's set: stored bytes, the register, or, for a shared node, the place where its result is kept.
ChunkAnswer Evaluate(EvalContext& context, NodeIndex node, ChunkRegister& into, AnswerKind asked);
inline index::ChunkView EvaluateSet(EvalContext& context, NodeIndex node, ChunkRegister& into) {
  return Evaluate(context, node, into, AnswerKind::kSet).set;
}
// The same for a node that the program shares: evaluated once per chunk.
const SharedResult& EvaluateShared(EvalContext& context, NodeIndex node);
// The set of a node or leaf, ignoring negation: stored bytes, or a register of the scope.
index::ChunkView OperandView(EvalContext& context, const Operand& operand, RegisterScope& scope);

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_SETS_EVALUATION_H_
