// OR: what any operand holds.
#ifndef MUSTER_QUERY_EXECUTION_SETS_DISJUNCTION_H_
#define MUSTER_QUERY_EXECUTION_SETS_DISJUNCTION_H_

#include "query/execution/kernels/registers.h"
#include "query/execution/program/eval_context.h"
#include "query/execution/program/program.h"

namespace muster::query {

// A kAnyRow node's set: stored bytes, where only one row holds anybody, or the register.
ChunkAnswer UniteRows(EvalContext& context, NodeIndex node, ChunkRegister& into, AnswerKind asked);
// The same of a kOr node.
ChunkAnswer UniteOperands(EvalContext& context, NodeIndex node, ChunkRegister& into, AnswerKind asked);

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_SETS_DISJUNCTION_H_
