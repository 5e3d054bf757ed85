// Shares common operands between conjunctions.
#ifndef MUSTER_QUERY_PLANNING_SHARE_OPERANDS_H_
#define MUSTER_QUERY_PLANNING_SHARE_OPERANDS_H_

#include <vector>

#include "query/execution/program/program.h"

namespace muster::query {

// Makes nodes of the pairs of operands that occur together most often, then of pairs of those, and replaces
// the operands by them, as in byte pair encoding (Gage 1994). Each conjunction keeps its meaning, but not the
// order of its operands. Of a conjunction with very many operands, only the first ones take part.
void ShareOperands(ProgramBuilder& builder, std::vector<std::vector<Operand>>& conjunctions);

}  // namespace muster::query

#endif  // MUSTER_QUERY_PLANNING_SHARE_OPERANDS_H_
