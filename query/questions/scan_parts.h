// How much of a scan one expression takes.
#ifndef MUSTER_QUERY_QUESTIONS_SCAN_PARTS_H_
#define MUSTER_QUERY_QUESTIONS_SCAN_PARTS_H_

#include <cstddef>

#include "query/tree/plan_tree.h"

namespace muster::query {

// Nodes and rows of lists that one scan evaluates at most, unless one expression alone has more. Their plan,
// and what a window resolves of them, are held in memory. As many as the values of one IN list.
inline constexpr size_t kMaxScanParts = 65'536;

// The nodes of a tree, and the rows of its lists. Binding has bounded its depth.
inline size_t PartsOf(const PlanOperand& tree) {
  const AnyRow* const list = tree.node->As<AnyRow>();
  size_t parts = 1 + (list == nullptr ? 0 : list->rows.size());
  for (const PlanOperand& operand : tree.node->operands) parts += PartsOf(operand);
  return parts;
}

}  // namespace muster::query

#endif  // MUSTER_QUERY_QUESTIONS_SCAN_PARTS_H_
