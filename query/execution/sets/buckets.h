// Evaluates BUCKET, which selects members by a hash of a salt and their ids.
#ifndef MUSTER_QUERY_EXECUTION_SETS_BUCKETS_H_
#define MUSTER_QUERY_EXECUTION_SETS_BUCKETS_H_

#include <cstdint>

#include "query/execution/kernels/kernels.h"
#include "query/execution/kernels/registers.h"
#include "query/execution/program/eval_context.h"
#include "query/execution/program/program.h"

namespace muster::query {

// The members of a kBucket node that are in all of `within`, which may use `into`. Reads slices for members
// whose bucket is stored. Of all others it reads the ids, of those alone that are in everyone and in all of
// `within`, and it selects none outside everyone. REQUIRES: `within` has at most kMaxFused operands.
ChunkAnswer EvaluateBucket(EvalContext& context, NodeIndex node, const ChunkOperands& within,
                           ChunkRegister& into, AnswerKind asked);

// Keeps the values of an ascending list that are in the kBucket node, or those that aren't if not `keep`.
// Returns the number of remaining values. REQUIRES: count ≤ kMaxDriverValues.
uint32_t FilterByBucket(EvalContext& context, ListedValue* list, uint32_t count, const ProgramNode& node,
                        bool keep);

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_SETS_BUCKETS_H_
