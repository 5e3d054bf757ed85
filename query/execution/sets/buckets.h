// BUCKET: members by a hash of a salt and their ids.
#ifndef MUSTER_QUERY_EXECUTION_SETS_BUCKETS_H_
#define MUSTER_QUERY_EXECUTION_SETS_BUCKETS_H_

#include <cstdint>

#include "query/execution/kernels/kernels.h"
#include "query/execution/kernels/registers.h"
#include "query/execution/program/eval_context.h"
#include "query/execution/program/program.h"

namespace muster::query {

// A kBucket node's members of everyone that are also in all of `within`, which may lie in `into`. The ids of
// those alone are read. REQUIRES: `within` has at most kMaxFused operands.
ChunkAnswer EvaluateBucket(EvalContext& context, NodeIndex node, const ChunkOperands& within,
                           ChunkRegister& into);

// Keeps of an ascending list the values that the kBucket node holds (`keep`) or doesn't; answers how many
// stay. REQUIRES: count ≤ kMaxDriverValues.
uint32_t FilterByBucket(EvalContext& context, ListedValue* list, uint32_t count, const ProgramNode& node,
                        bool keep);

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_SETS_BUCKETS_H_
