#include "query/execution/sets/list_filter.h"

#include <algorithm>
#include <array>

#include "query/execution/kernels/sparse_chunks.h"
#include "query/execution/numbers/listed_numbers.h"
#include "query/execution/numbers/number_sets.h"
#include "query/execution/program/row_access.h"
#include "query/execution/sets/buckets.h"
#include "query/execution/sets/evaluation.h"

namespace muster::query {
namespace {

using index::ChunkForm;
using index::ChunkView;

uint32_t FilterByThreshold(EvalContext& context, ListedValue* list, uint32_t count, const ProgramNode& node,
                           bool keep) {
  RegisterScope scope(context.registers());
  ChunkRegister& held = scope.Take();
  std::array<uint32_t, kMaxDriverValues> times;
  std::fill_n(times.begin(), count, 0);
  for (const Operand& operand : node.operands) {
    CopyList(list, count, held.list());
    const uint32_t held_count = FilterByNode(context, held.list(), count, operand.node, !operand.negated);
    ForEachHeld(list, held.list(), held_count, [&](uint32_t place) { ++times[place]; });
  }
  return KeepWhere(list, count, keep, [&](uint32_t place, uint32_t) { return times[place] >= node.count; });
}

// AND, OR and the wide OR. OR is evaluated as the complement of AND of the complements: first, the values
// that are in none of the operands are found.
uint32_t FilterByJunction(EvalContext& context, ListedValue* list, uint32_t count, const ProgramNode& node,
                          bool keep) {
  const bool conjunction = node.kind == NodeKind::kAnd;
  RegisterScope scope(context.registers());
  ChunkRegister* const kept = conjunction == keep ? nullptr : &scope.Take();
  ListedValue* const left = kept == nullptr ? list : kept->list();
  if (kept != nullptr) CopyList(list, count, left);
  uint32_t left_count = count;
  for (const Operand& operand : node.operands) {
    left_count = FilterByNode(context, left, left_count, operand.node, conjunction != operand.negated);
    if (left_count == 0) break;
  }
  for (const RowIndex row : node.rows) {
    if (left_count == 0 || context.Stopped()) break;
    left_count = FilterByRow(context, left, left_count, row, false);
  }
  if (kept == nullptr) return left_count;
  return FilterList(list, count, ChunkView{ChunkForm::kArray, left_count, kept->bytes()}, false);
}

}  // namespace

uint32_t FilterByNode(EvalContext& context, ListedValue* list, uint32_t count, NodeIndex index, bool keep) {
  if (count == 0 || context.Stopped()) return 0;
  if (context.program().is_shared(index)) {
    return FilterList(list, count, EvaluateShared(context, index).set, keep);
  }
  const ProgramNode& node = context.program().node(index);
  switch (node.kind) {
    case NodeKind::kEveryone:
    case NodeKind::kNobody:
      return (node.kind == NodeKind::kEveryone) == keep ? count : 0;
    case NodeKind::kRow:
      return FilterByRow(context, list, count, node.rows[0], keep);
    case NodeKind::kRange:
    case NodeKind::kNumberIn:
    case NodeKind::kSum:
      return FilterByNumbers(context, list, count, node, keep);
    case NodeKind::kBucket:
      return FilterByBucket(context, list, count, node, keep);
    case NodeKind::kAtLeast:
      return FilterByThreshold(context, list, count, node, keep);
    case NodeKind::kAnd:
    case NodeKind::kOr:
    case NodeKind::kAnyRow:
      break;
  }
  return FilterByJunction(context, list, count, node, keep);
}

}  // namespace muster::query
