// Looks up a short ascending list of values in any node, so that only those cache lines of an operand are
// read into which a value falls.
#ifndef MUSTER_QUERY_EXECUTION_SETS_LIST_FILTER_H_
#define MUSTER_QUERY_EXECUTION_SETS_LIST_FILTER_H_

#include <cstdint>

#include "query/execution/kernels/registers.h"
#include "query/execution/program/eval_context.h"
#include "query/execution/program/program.h"

namespace muster::query {

// Keeps the values of an ascending list that are in the node (`keep`) or not in it; returns the number kept.
// REQUIRES: count ≤ kMaxDriverValues.
uint32_t FilterByNode(EvalContext& context, ListedValue* list, uint32_t count, NodeIndex node, bool keep);

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_SETS_LIST_FILTER_H_
