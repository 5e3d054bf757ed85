// The tree that rewrites work on: a bound tree with negation as a mark on operands, and statistics at the
// leaves.
#ifndef MUSTER_QUERY_PLANNING_PLAN_TREE_H_
#define MUSTER_QUERY_PLANNING_PLAN_TREE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "index/bitmap/row_id.h"
#include "query/execution/program/number_set.h"
#include "query/execution/program/program.h"

namespace muster::query {

struct PlanNode;

// A node as its user takes it. Two negations cancel, so the tree has no NOT of its own.
struct PlanOperand {
  std::unique_ptr<PlanNode> node;  // never null
  bool negated = false;
};

// Fields as in ProgramNode and BoundExpression. Depth is bounded by the language.
struct PlanNode {
  NodeKind kind = NodeKind::kNobody;
  SourceRef tag;  // of a leaf, with its view
  std::vector<index::RowId> rows;
  index::ValueId value = 0;
  int magnitude_bits = 0;  // kRange, kNumberIn: slices above hold nobody
  int64_t low = 0;
  int64_t high = 0;
  uint32_t count = 0;
  std::vector<NumberInterval> intervals;  // kNumberIn: ascending, disjoint
  std::vector<PlanOperand> operands;
  std::string label;
  // Rough: leaves by their rows' cardinalities, the rest as if facts were independent of one another.
  double share = 0;  // of everyone, 0 to 1
  double cost = 0;   // of a chunk; 1 is reading one bitset
};

// The share of everyone that an operand selects.
inline double ShareOf(const PlanOperand& operand) {
  return operand.negated ? 1 - operand.node->share : operand.node->share;
}

// Calls `visit(operand)` for each operand below `root` and then for `root`.
template <typename Visit>
void VisitPostOrder(PlanOperand& root, const Visit& visit) {
  for (PlanOperand& operand : root.node->operands) VisitPostOrder(operand, visit);
  visit(root);
}

}  // namespace muster::query

#endif  // MUSTER_QUERY_PLANNING_PLAN_TREE_H_
