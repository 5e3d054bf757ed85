// AT LEAST k OF: a bit-sliced counter for each ordinal of the chunk, or byte counters if the operands are
// short lists.
#ifndef MUSTER_QUERY_EXECUTION_SETS_THRESHOLD_H_
#define MUSTER_QUERY_EXECUTION_SETS_THRESHOLD_H_

#include "query/execution/kernels/registers.h"
#include "query/execution/program/eval_context.h"
#include "query/execution/program/program.h"

namespace muster::query {

// Evaluates a kAtLeast node into the register.
ChunkAnswer EvaluateThreshold(EvalContext& context, NodeIndex node, ChunkRegister& into, AnswerKind asked);

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_SETS_THRESHOLD_H_
