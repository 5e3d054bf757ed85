// The tree of sets that the binder makes from an expression and that the planner rewrites. Names are resolved
// to ids, literals to rows and numbers; negation is a flag of operands.
#ifndef MUSTER_QUERY_TREE_PLAN_TREE_H_
#define MUSTER_QUERY_TREE_PLAN_TREE_H_

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "index/bitmap/row_id.h"
#include "query/tree/set_kinds.h"
#include "query/tree/set_ref.h"

namespace muster::query {

// See PlanNode::joined_by.
inline constexpr int64_t kAnyDay = std::numeric_limits<int64_t>::max();

struct PlanNode;

// A node's set or its complement: all members of view 0 that are not in the set. Two negations cancel, so
// the tree has no NOT node. A value type: cheap to move, copied with its subtree.
struct PlanOperand {
  std::unique_ptr<PlanNode> node;  // null: there is no tree, or it was moved away
  bool negated = false;

  PlanOperand() = default;
  // A set of this kind.
  explicit PlanOperand(SetKind kind, std::string label = "");
  PlanOperand(std::unique_ptr<PlanNode> of_node, bool is_negated)
      : node(std::move(of_node)), negated(is_negated) {}
  PlanOperand(PlanOperand&&) noexcept = default;
  PlanOperand& operator=(PlanOperand&&) noexcept = default;
  PlanOperand(const PlanOperand& other);
  PlanOperand& operator=(const PlanOperand& other) { return *this = PlanOperand(other); }
  ~PlanOperand() = default;
};

// A node of the tree. The limits of the language bound the tree's depth, so recursion is safe.
struct PlanNode {
  SetKind kind;
  std::vector<PlanOperand> operands;  // of a Junction
  std::string label;                  // for display: a leaf's clause as text
  // A day by which all members had joined, in days since 1900-01-01; kAnyDay: unknown. Set by the binder.
  int64_t joined_by = kAnyDay;
  // Rough estimates, set by the planner: a leaf's from the cardinalities of its rows, a junction's as if its
  // operands were independent of one another.
  double share = 0;  // of all members, 0 to 1
  double cost = 0;   // per chunk; 1 is the cost of reading one bitset

  template <typename Kind>
  bool Is() const {
    return std::holds_alternative<Kind>(kind);
  }
  // The node's kind; null if it is another one.
  template <typename Kind>
  const Kind* As() const {
    return std::get_if<Kind>(&kind);
  }
  template <typename Kind>
  Kind* As() {
    return std::get_if<Kind>(&kind);
  }
};

inline PlanOperand::PlanOperand(SetKind kind, std::string label) : node(std::make_unique<PlanNode>()) {
  node->kind = std::move(kind);
  node->label = std::move(label);
}
inline PlanOperand::PlanOperand(const PlanOperand& other)
    : node(other.node == nullptr ? nullptr : std::make_unique<PlanNode>(*other.node)),
      negated(other.negated) {}

inline PlanOperand Not(PlanOperand operand) {
  operand.negated = !operand.negated;
  return operand;
}

// The junction of the operands. REQUIRES: at least one operand, and as many as the junction needs.
template <Junction Kind>
PlanOperand Join(Kind junction, std::vector<PlanOperand> operands) {
  PlanOperand joined(junction);
  joined.node->operands = std::move(operands);
  return joined;
}

// The members in any of the source's rows, as the cheapest kind: Nobody, Row or AnyRow. REQUIRES: `rows` is
// ascending, without duplicates.
inline SetKind AnyOfRows(SourceRef source, std::vector<index::RowId> rows) {
  if (rows.empty()) return Nobody{};
  if (rows.size() == 1) return Row{{source, rows.front()}};
  return AnyRow{source, std::move(rows)};
}

// The share of all members that an operand selects.
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

#endif  // MUSTER_QUERY_TREE_PLAN_TREE_H_
