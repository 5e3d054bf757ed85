#include "query/planning/value_slices.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "index/status/status_macros.h"
#include "query/planning/divided_values.h"
#include "query/planning/slices_of_values.h"

namespace muster::query {
namespace {

// Fewer comparisons than this walk the slices faster than a list is looked up.
constexpr size_t kMinComparisons = 40;

using NumberKey = std::pair<SourceRef, index::ValueId>;

// The comparisons of one number in one OR, by place.
PlanOperand JoinedList(const std::vector<PlanOperand*>& comparisons) {
  PlanOperand joined{std::make_unique<PlanNode>(), false};
  PlanNode& list = *joined.node;
  const PlanNode& first = *comparisons.front()->node;
  list.kind = NodeKind::kNumberIn;
  list.tag = first.tag;
  list.value = first.value;
  list.magnitude_bits = first.magnitude_bits;
  list.label = first.label;
  double known_cost = 0;
  for (const PlanOperand* comparison : comparisons) {
    const PlanNode& node = *comparison->node;
    list.intervals.push_back({node.low, node.high});
    list.share += node.share;
    known_cost = std::max(known_cost, node.cost);
    if (node.label != first.label)
      list.label = absl::StrCat(first.label, ", … ", comparisons.size(), " comparisons");
  }
  list.intervals = Merged(std::move(list.intervals));
  list.share = std::min(1.0, list.share);
  list.cost = known_cost + CostOfLookups({.bits = 0, .known_share = 1});
  return joined;
}

void JoinIn(PlanNode& junction, size_t min_comparisons) {
  std::map<NumberKey, std::vector<PlanOperand*>> by_number;
  for (PlanOperand& operand : junction.operands) {
    const PlanNode& node = *operand.node;
    if (operand.negated || node.kind != NodeKind::kRange) continue;
    by_number[{node.tag, node.value}].push_back(&operand);
  }
  for (const auto& [number, comparisons] : by_number) {
    if (comparisons.size() < min_comparisons) continue;
    PlanOperand joined = JoinedList(comparisons);
    for (PlanOperand* comparison : comparisons) comparison->node.reset();
    *comparisons.front() = std::move(joined);
  }
  std::erase_if(junction.operands, [](const PlanOperand& operand) { return operand.node == nullptr; });
}

// Makes a long list of values one that is looked up.
absl::Status AskForList(SliceUse use, const Statistics& statistics, PlanNode& node) {
  ASSIGN_OR_RETURN(const ValueSlices slices, FindSlices(statistics, node.tag));
  if (slices.bits == 0) return absl::OkStatus();
  // A member has one value, so its rows' shares add up. EstimateLeaf took them to be independent.
  const double share = node.share < 1 ? -std::log1p(-node.share) : 1;
  node.share = std::min(share, slices.known_share);
  const double cost = CostOfLookups(slices);
  if (use == SliceUse::kWhenCheaper && CostOfRows(node.rows.size(), node.share) < cost)
    return absl::OkStatus();
  node.kind = NodeKind::kNumberIn;
  node.value = index::kOwnValue;
  node.magnitude_bits = slices.bits;
  node.intervals = IdsOf(node.rows);
  node.rows.clear();
  node.cost = cost;
  return absl::OkStatus();
}

// The operands united, where they are several.
PlanOperand AnyOf(std::vector<PlanOperand> operands) {
  if (operands.size() == 1) return std::move(operands.front());
  PlanOperand made{std::make_unique<PlanNode>(), false};
  made.node->kind = NodeKind::kOr;
  made.node->operands = std::move(operands);
  return made;
}

// Asks for values that have no row, and for what is listed with them.
absl::Status AskForValues(const Statistics& statistics, PlanOperand& operand) {
  ASSIGN_OR_RETURN(const DividedValues values, DivideValues(statistics, *operand.node));
  if (values.in_slices.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const ValueSlices slices, FindSlices(statistics, operand.node->tag));
  if (slices.bits == 0) return absl::OkStatus();  // the row source says what is wrong
  PlanOperand asked = AnyOf(PartsOf(*operand.node, values, slices));
  asked.negated = operand.negated;
  operand = std::move(asked);
  return absl::OkStatus();
}

}  // namespace

void JoinComparisons(SliceUse use, PlanOperand& root) {
  const size_t min_comparisons = use == SliceUse::kAlways ? 1 : kMinComparisons;
  VisitPostOrder(root, [&](PlanOperand& operand) {
    if (operand.node->kind == NodeKind::kOr) JoinIn(*operand.node, min_comparisons);
  });
}

absl::Status AskValueSlices(SliceUse use, const Statistics& statistics, PlanOperand& root) {
  absl::Status status;
  VisitPostOrder(root, [&](PlanOperand& operand) {
    if (status.ok() && operand.node->kind == NodeKind::kAnyRow)
      status = AskForList(use, statistics, *operand.node);
    const NodeKind kind = operand.node->kind;
    if (status.ok() && (kind == NodeKind::kRow || kind == NodeKind::kAnyRow))
      status = AskForValues(statistics, operand);
  });
  return status;
}

}  // namespace muster::query
