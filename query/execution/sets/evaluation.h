// A program's nodes and roots as sets of the chunk that a context entered.
#ifndef MUSTER_QUERY_EXECUTION_SETS_EVALUATION_H_
#define MUSTER_QUERY_EXECUTION_SETS_EVALUATION_H_

#include <cstdint>

#include "index/bitmap/chunk_view.h"
#include "query/execution/kernels/registers.h"
#include "query/execution/program/eval_context.h"
#include "query/execution/program/program.h"

namespace muster::query {

// How many members a root of the program selects.
uint32_t CountRoot(EvalContext& context, uint32_t root);
// Which they are: stored bytes, or a register of the scope.
index::ChunkView SelectRoot(EvalContext& context, uint32_t root, RegisterScope& scope);
// How many members of everyone one node alone holds, whatever was evaluated before in the chunk; adds to
// `ways` which one the node took. For EXPLAIN.
uint32_t CountNode(EvalContext& context, NodeIndex node, WayCounts& ways);

// A node's set: stored bytes, the register, or, of a node that several others use, where that is kept.
ChunkAnswer Evaluate(EvalContext& context, NodeIndex node, ChunkRegister& into, AnswerKind asked);
inline index::ChunkView EvaluateSet(EvalContext& context, NodeIndex node, ChunkRegister& into) {
  return Evaluate(context, node, into, AnswerKind::kSet).set;
}
// The same of a node that the program shares: evaluated once a chunk.
const SharedResult& EvaluateShared(EvalContext& context, NodeIndex node);
// A node's or leaf's set, not complemented: stored bytes, or a register of the scope.
index::ChunkView OperandView(EvalContext& context, const Operand& operand, RegisterScope& scope);

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_SETS_EVALUATION_H_
