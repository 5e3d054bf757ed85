// What several conjunctions have in common.
#ifndef MUSTER_QUERY_PLANNING_SHARE_OPERANDS_H_
#define MUSTER_QUERY_PLANNING_SHARE_OPERANDS_H_

#include <vector>

#include "query/execution/program/program.h"

namespace muster::query {

// Makes nodes of the pairs of operands that are most often together, and of pairs of those, and puts them in
// the operands' place: pairing as in byte pair encoding (Gage 1994). Each conjunction keeps its meaning;
// operands keep no order. A conjunction of very many operands takes part with its first ones.
void ShareOperands(ProgramBuilder& builder, std::vector<std::vector<Operand>>& conjunctions);

}  // namespace muster::query

#endif  // MUSTER_QUERY_PLANNING_SHARE_OPERANDS_H_
