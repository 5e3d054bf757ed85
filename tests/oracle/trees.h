// Trees to evaluate: all small ones, and random large ones.
#ifndef MUSTER_TESTS_ORACLE_TREES_H_
#define MUSTER_TESTS_ORACLE_TREES_H_

#include <string>
#include <vector>

#include "query/tree/plan_tree.h"
#include "tests/oracle/populations.h"

namespace muster::oracle {

query::PlanOperand RowLeaf(index::RowRef row);
// For messages: s-expressions.
std::string Describe(const query::PlanOperand& tree);

// Every tree of exactly `operators` operators (NOT, AND, OR, AT LEAST 2 of two; up to 2 operators also AT
// LEAST 2 of three) over these rows.
std::vector<query::PlanOperand> AllTrees(int operators, const std::vector<index::RowRef>& rows);

// A tree over the population's rows and numbers, of at most `max_nodes` nodes.
query::PlanOperand RandomTree(Random& random, const Population& population, int max_nodes);

}  // namespace muster::oracle

#endif  // MUSTER_TESTS_ORACLE_TREES_H_
