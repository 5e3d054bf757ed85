#include "query/planning/complement_lists.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "index/status/status_macros.h"
#include "query/planning/estimates.h"

namespace muster::query {
namespace {

// Costs are rough, so a rewrite that seems only slightly cheaper is not applied.
constexpr double kWorthwhile = 0.8;

bool IsKnownRow(const PlanOperand& operand, SourceRef source) {
  const Row* const leaf = operand.node->As<Row>();
  return !operand.negated && leaf != nullptr && leaf->row == SetRef(source, index::kKnownRow);
}

// Whether the rows of the list hold at least `least` ordinals in total. Reads only as many rows as necessary.
absl::StatusOr<bool> HoldAtLeast(const Statistics& statistics, const AnyRow& list, uint64_t least) {
  constexpr size_t kStretch = 1024;
  const absl::Span<const index::RowId> rows = list.rows;
  uint64_t held = 0;
  for (size_t first = 0; held < least && first < rows.size(); first += kStretch) {
    ASSIGN_OR_RETURN(const std::vector<uint64_t> cardinalities,
                     statistics.RowCardinalities(list.source, rows.subspan(first, kStretch)));
    held = std::accumulate(cardinalities.begin(), cardinalities.end(), held);
  }
  return held >= least;
}

// The rows of the values that are not in `list`, ascending. Empty if there are no fewer of them, or if a
// member may have several values or one without a row.
absl::StatusOr<std::optional<std::vector<index::RowId>>> OtherRows(const Statistics& statistics,
                                                                   const AnyRow& list) {
  ASSIGN_OR_RETURN(const uint64_t known, statistics.RowCardinality({list.source, index::kKnownRow}));
  // Reading the others costs at least as much as their members, so a list of few members isn't worth finding
  // out the others.
  ASSIGN_OR_RETURN(const bool most, HoldAtLeast(statistics, list, (known + 1) / 2));
  if (!most) return std::nullopt;
  std::vector<index::RowId> others;
  uint64_t members = 0;
  const auto add = [&](index::RowId row, uint64_t cardinality) {
    if (index::SlotOf(row) != index::kMembershipSlot) return true;
    members += cardinality;
    if (!std::binary_search(list.rows.begin(), list.rows.end(), row)) others.push_back(row);
    return members <= known && others.size() < list.rows.size();
  };
  RETURN_IF_ERROR(statistics.VisitValues(list.source, add));
  if (members != known || others.size() >= list.rows.size()) return std::nullopt;
  return others;
}

// A leaf of rows of which a list names the rest.
absl::StatusOr<PlanOperand> LeafOf(const Statistics& statistics, SourceRef source,
                                   std::vector<index::RowId> rows, std::string label) {
  PlanOperand leaf(AnyOfRows(source, std::move(rows)), std::move(label));
  RETURN_IF_ERROR(EstimateLeaf(statistics, *leaf.node));
  return leaf;
}

class ListComplements {
 public:
  explicit ListComplements(const Statistics& statistics) : statistics_(statistics) {}

  // Recursive, bounded by the depth of the tree.
  absl::Status Visit(PlanOperand& operand) {
    PlanNode& node = *operand.node;
    if (node.Is<AnyRow>()) return Replace(operand);
    if (node.Is<AllOf>()) {
      RETURN_IF_ERROR(TakeOthers(node));
    }
    for (PlanOperand& each : node.operands) {
      RETURN_IF_ERROR(Visit(each));
    }
    return absl::OkStatus();
  }

 private:
  // The leaf of the other values; empty if it costs too much together with `besides`. REQUIRES: `leaf` is a
  // list.
  absl::StatusOr<std::optional<PlanOperand>> CheaperOthers(const PlanNode& leaf, double besides) {
    const double affordable = leaf.cost * kWorthwhile - besides;
    if (affordable <= 0) return std::nullopt;
    const AnyRow& list = *leaf.As<AnyRow>();
    ASSIGN_OR_RETURN(std::optional<std::vector<index::RowId>> rows, OtherRows(statistics_, list));
    if (!rows.has_value()) return std::nullopt;
    const size_t count = rows->size();
    ASSIGN_OR_RETURN(
        PlanOperand others,
        LeafOf(statistics_, list.source, *std::move(rows),
               absl::StrCat("the other ", count, count == 1 ? " value" : " values", " of ", leaf.label)));
    if (others.node->cost > affordable) return std::nullopt;
    return others;
  }

  // list = known AND NOT others
  absl::Status Replace(PlanOperand& operand) {
    const PlanNode& list = *operand.node;
    ASSIGN_OR_RETURN(PlanOperand known, LeafOf(statistics_, list.As<AnyRow>()->source, {index::kKnownRow},
                                               absl::StrCat("any value, of ", list.label)));
    ASSIGN_OR_RETURN(std::optional<PlanOperand> others, CheaperOthers(list, known.node->cost));
    if (!others.has_value()) return absl::OkStatus();
    PlanOperand both(AllOf{});
    both.negated = operand.negated;
    both.node->operands.push_back(std::move(known));
    both.node->operands.push_back(Not(*std::move(others)));
    operand = std::move(both);
    return absl::OkStatus();
  }

  // known AND NOT list = others, who all have a value. So the known row is redundant and is removed.
  absl::Status TakeOthers(PlanNode& conjunction) {
    std::vector<PlanOperand>& operands = conjunction.operands;
    for (PlanOperand& operand : operands) {
      const AnyRow* const list = operand.node->As<AnyRow>();
      if (!operand.negated || list == nullptr) continue;
      const auto is_known = [&](const PlanOperand& each) { return IsKnownRow(each, list->source); };
      const auto known = std::find_if(operands.begin(), operands.end(), is_known);
      if (known == operands.end()) continue;
      ASSIGN_OR_RETURN(std::optional<PlanOperand> others, CheaperOthers(*operand.node, 0));
      if (!others.has_value()) continue;
      operand = *std::move(others);
      operands.erase(known);
      return TakeOthers(conjunction);  // terminates: one operand fewer each time
    }
    return absl::OkStatus();
  }

  const Statistics& statistics_;
};

}  // namespace

absl::Status ComplementLists(const Statistics& statistics, PlanOperand& root) {
  return ListComplements(statistics).Visit(root);
}

}  // namespace muster::query
