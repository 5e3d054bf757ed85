// The size of expressions, by which they are divided among scans.
#ifndef MUSTER_QUERY_QUESTIONS_SCAN_PARTS_H_
#define MUSTER_QUERY_QUESTIONS_SCAN_PARTS_H_

#include <cstddef>

#include "query/tree/plan_tree.h"

namespace muster::query {

// The most nodes and rows of lists that one scan evaluates, unless a single expression has more. It bounds
// the memory of the plan and of the rows resolved in a window. Equal to the limit of values in one IN list.
inline constexpr size_t kMaxScanParts = 65'536;

// The number of a tree's nodes and of the rows in its lists. Recursive; the binder has bounded the depth.
inline size_t PartsOf(const PlanOperand& tree) {
  const AnyRow* const list = tree.node->As<AnyRow>();
  size_t parts = 1 + (list == nullptr ? 0 : list->rows.size());
  for (const PlanOperand& operand : tree.node->operands) parts += PartsOf(operand);
  return parts;
}

}  // namespace muster::query

#endif  // MUSTER_QUERY_QUESTIONS_SCAN_PARTS_H_
