// A short ascending list of values against any node: each value is looked up, so that of an operand only the
// cache lines are read in which a value falls.
#ifndef MUSTER_QUERY_EXECUTION_SETS_LIST_FILTER_H_
#define MUSTER_QUERY_EXECUTION_SETS_LIST_FILTER_H_

#include <cstdint>

#include "query/execution/kernels/registers.h"
#include "query/execution/program/eval_context.h"
#include "query/execution/program/program.h"

namespace muster::query {

// Keeps of an ascending list the values that the node holds (`keep`) or doesn't; answers how many stay.
// REQUIRES: count ≤ kMaxDriverValues.
uint32_t FilterByNode(EvalContext& context, ListedValue* list, uint32_t count, NodeIndex node, bool keep);

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_SETS_LIST_FILTER_H_
