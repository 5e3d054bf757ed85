// Evaluates sets of members by their numbers: comparisons, sums, and IN with a long list.
#ifndef MUSTER_QUERY_EXECUTION_NUMBERS_NUMBER_SETS_H_
#define MUSTER_QUERY_EXECUTION_NUMBERS_NUMBER_SETS_H_

#include <cstdint>

#include "query/execution/kernels/kernels.h"
#include "query/execution/kernels/registers.h"
#include "query/execution/program/eval_context.h"
#include "query/execution/program/program.h"

namespace muster::query {

inline constexpr bool IsOfNumbers(NodeKind kind) {
  return kind == NodeKind::kRange || kind == NodeKind::kNumberIn || kind == NodeKind::kSum;
}

// The set of a node that IsOfNumbers, or what of it is also in all of `within`, which may lie in `into`.
// REQUIRES: `within` has at most kMaxFused operands.
ChunkAnswer EvaluateNumbers(EvalContext& context, NodeIndex node, const ChunkOperands& within,
                            ChunkRegister& into, AnswerKind asked);
// The same for one kind each. Of a list the set and its count are found together; so are those of a range if
// the set is asked for. EvaluateRange and FilterByRange also take a kBucket that is stored.
ChunkAnswer EvaluateRange(EvalContext& context, const ProgramNode& node, const ChunkOperands& within,
                          ChunkRegister& into, AnswerKind asked);
ChunkAnswer EvaluateNumberIn(EvalContext& context, const ProgramNode& node, const ChunkOperands& within,
                             ChunkRegister& into);
// REQUIRES: the sum has at most kMaxSumTerms.
ChunkAnswer EvaluateSum(EvalContext& context, const ProgramNode& node, const ChunkOperands& within,
                        ChunkRegister& into, AnswerKind asked);

// Keeps of an ascending list the values that the node, which IsOfNumbers, holds (`keep`) or doesn't; answers
// how many stay. REQUIRES: count ≤ kMaxDriverValues.
uint32_t FilterByNumbers(EvalContext& context, ListedValue* list, uint32_t count, const ProgramNode& node,
                         bool keep);
// As FilterByNumbers, for one kind each.
uint32_t FilterByRange(EvalContext& context, ListedValue* list, uint32_t count, const ProgramNode& node,
                       bool keep);
uint32_t FilterBySum(EvalContext& context, ListedValue* list, uint32_t count, const ProgramNode& node,
                     bool keep);

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_NUMBERS_NUMBER_SETS_H_
