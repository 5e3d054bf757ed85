// OR: the union of all operands.
#ifndef MUSTER_QUERY_EXECUTION_SETS_DISJUNCTION_H_
#define MUSTER_QUERY_EXECUTION_SETS_DISJUNCTION_H_

#include "query/execution/kernels/registers.h"
#include "query/execution/program/eval_context.h"
#include "query/execution/program/program.h"

namespace muster::query {

// Evaluates a kAnyRow node: stored bytes if only one row is non-empty, otherwise the register.
ChunkAnswer UniteRows(EvalContext& context, NodeIndex node, ChunkRegister& into, AnswerKind asked);
// The same for a kOr node.
ChunkAnswer UniteOperands(EvalContext& context, NodeIndex node, ChunkRegister& into, AnswerKind asked);

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_SETS_DISJUNCTION_H_
