#include "query/planning/value_slices.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "index/status/status_macros.h"
#include "query/planning/divided_values.h"
#include "query/planning/slices_of_values.h"

namespace muster::query {
namespace {

// With fewer comparisons than this, walking the slices is faster than looking a list up.
constexpr size_t kMinComparisons = 40;

// Merges comparisons of one number in an OR into a list. REQUIRES: each is a NumberRange.
PlanOperand JoinedList(const std::vector<PlanOperand*>& comparisons) {
  const PlanNode& first = *comparisons.front()->node;
  NumberList list{.number = first.As<NumberRange>()->number,
                  .magnitude_bits = first.As<NumberRange>()->magnitude_bits};
  std::string label = first.label;
  double share = 0;
  double known_cost = 0;
  for (const PlanOperand* comparison : comparisons) {
    const PlanNode& node = *comparison->node;
    list.intervals.push_back({node.As<NumberRange>()->low, node.As<NumberRange>()->high});
    share += node.share;
    known_cost = std::max(known_cost, node.cost);
    if (node.label != first.label)
      label = absl::StrCat(first.label, ", … ", comparisons.size(), " comparisons");
  }
  list.intervals = Merged(std::move(list.intervals));
  PlanOperand joined(std::move(list), std::move(label));
  joined.node->share = std::min(1.0, share);
  joined.node->cost = known_cost + CostOfLookups({.known_share = 1});
  return joined;
}

void JoinIn(PlanNode& junction, size_t min_comparisons) {
  std::map<NumberRef, std::vector<PlanOperand*>> by_number;
  for (PlanOperand& operand : junction.operands) {
    const NumberRange* const range = operand.node->As<NumberRange>();
    if (!operand.negated && range != nullptr) by_number[range->number].push_back(&operand);
  }
  for (const auto& [number, comparisons] : by_number) {
    if (comparisons.size() < min_comparisons) continue;
    PlanOperand joined = JoinedList(comparisons);
    for (PlanOperand* comparison : comparisons) comparison->node.reset();
    *comparisons.front() = std::move(joined);
  }
  std::erase_if(junction.operands, [](const PlanOperand& operand) { return operand.node == nullptr; });
}

// Evaluates a long list of values by look-up, where `use` permits. REQUIRES: the node is an AnyRow.
absl::Status AskForList(SliceUse use, const Statistics& statistics, PlanNode& node) {
  const AnyRow& list = *node.As<AnyRow>();
  ASSIGN_OR_RETURN(const ValueSlices slices, FindSlices(statistics, list.source));
  if (slices.bits == 0) return absl::OkStatus();
  // Each member has one value, so the shares of the rows add up. EstimateLeaf assumed them to be independent.
  const double share = node.share < 1 ? -std::log1p(-node.share) : 1;
  node.share = std::min(share, slices.known_share);
  const double cost = CostOfLookups(slices);
  if (use == SliceUse::kWhenCheaper && CostOfRows(list.rows.size(), node.share) < cost)
    return absl::OkStatus();
  node.kind =
      NumberList{.number = {list.source}, .magnitude_bits = slices.bits, .intervals = IdsOf(list.rows)};
  node.cost = cost;
  return absl::OkStatus();
}

// The union of the operands, or the only one.
PlanOperand United(std::vector<PlanOperand> operands) {
  return operands.size() == 1 ? std::move(operands.front()) : Join(AnyOf{}, std::move(operands));
}

// Evaluates values without a row by slices, with the others of the leaf. `rows`: those of the leaf, of one
// source.
absl::Status AskForValues(const Statistics& statistics, SourceRef source, absl::Span<const index::RowId> rows,
                          PlanOperand& operand) {
  ASSIGN_OR_RETURN(const DividedValues values, DivideValues(statistics, source, rows));
  if (values.in_slices.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const ValueSlices slices, FindSlices(statistics, source));
  if (slices.bits == 0) return absl::OkStatus();  // the row source will report the error
  PlanOperand asked = United(PartsOf(operand.node->label, values, slices));
  asked.negated = operand.negated;
  operand = std::move(asked);
  return absl::OkStatus();
}

}  // namespace

void JoinComparisons(SliceUse use, PlanOperand& root) {
  const size_t min_comparisons = use == SliceUse::kAlways ? 1 : kMinComparisons;
  VisitPostOrder(root, [&](PlanOperand& operand) {
    if (operand.node->Is<AnyOf>()) JoinIn(*operand.node, min_comparisons);
  });
}

absl::Status AskValueSlices(SliceUse use, const Statistics& statistics, PlanOperand& root) {
  absl::Status status;
  VisitPostOrder(root, [&](PlanOperand& operand) {
    if (!status.ok()) return;
    if (operand.node->Is<AnyRow>()) status = AskForList(use, statistics, *operand.node);
    if (!status.ok()) return;
    if (const Row* leaf = operand.node->As<Row>(); leaf != nullptr) {
      const SetRef row = leaf->row;
      status = AskForValues(statistics, {row.view, row.source}, {row.row}, operand);
    } else if (const AnyRow* list = operand.node->As<AnyRow>(); list != nullptr) {
      status = AskForValues(statistics, list->source, list->rows, operand);
    }
  });
  return status;
}

}  // namespace muster::query
