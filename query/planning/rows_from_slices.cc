#include "query/planning/rows_from_slices.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "index/status/status_macros.h"
#include "query/planning/estimates.h"
#include "query/planning/slices_of_values.h"

namespace muster::query {
namespace {

// What a leaf lists; shares add up, since a member of a SINGLE tag has one value.
struct ListedRow {
  index::RowId row = 0;
  double share = 0;
};
using ListedRows = std::vector<ListedRow>;

double ShareOf(const ListedRows& rows) {
  double share = 0;
  for (const ListedRow& each : rows) share += each.share;
  return std::min(1.0, share);
}

std::vector<index::RowId> RowsOf(const ListedRows& rows) {
  std::vector<index::RowId> ids;
  ids.reserve(rows.size());
  for (const ListedRow& each : rows) ids.push_back(each.row);
  return ids;
}

// A leaf's rows, ascending: those with records of their own, and the rest. All empty where there is no rest.
struct Division {
  ListedRows all;
  ListedRows own;
  ListedRows sliced;
};

absl::StatusOr<Division> Divide(const Statistics& statistics, const PlanNode& leaf) {
  std::vector<bool> in_slices;
  for (const index::RowId row : leaf.rows) {
    ASSIGN_OR_RETURN(const bool sliced, IsInSlicesOnly(statistics, {leaf.tag, row}));
    in_slices.push_back(sliced);
  }
  if (std::find(in_slices.begin(), in_slices.end(), true) == in_slices.end()) return Division();
  ASSIGN_OR_RETURN(const auto cardinalities, CardinalitiesOf(statistics, leaf.tag, leaf.rows));
  Division division;
  const double members = static_cast<double>(std::max<uint64_t>(statistics.member_count, 1));
  for (size_t i = 0; i < leaf.rows.size(); ++i) {
    division.all.push_back({leaf.rows[i], static_cast<double>(cardinalities[i]) / members});
    (in_slices[i] ? division.sliced : division.own).push_back(division.all.back());
  }
  return division;
}

// Turns one leaf into others. The leaf outlives it.
class Asking {
 public:
  Asking(const PlanNode& leaf, const ValueSlices& slices) : leaf_(leaf), slices_(slices) {}

  // United they are the leaf; at least one.
  std::vector<PlanOperand> PartsOf(const Division& division) const {
    if (division.own.empty()) return BySlices(division.sliced, leaf_.label);
    const double by_rows = CostOfRows(division.own.size(), ShareOf(division.own));
    const double apart = by_rows + CostOfIds(division.sliced);
    if (CostOfIds(division.all) <= apart) return BySlices(division.all, leaf_.label);
    std::vector<PlanOperand> parts = BySlices(division.sliced, LabelOf(division.sliced.size()));
    const NodeKind kind = division.own.size() == 1 ? NodeKind::kRow : NodeKind::kAnyRow;
    PlanOperand rows = Leaf(kind, LabelOf(division.own.size()), ShareOf(division.own), by_rows);
    rows.node->rows = RowsOf(division.own);
    parts.push_back(std::move(rows));
    return parts;
  }

 private:
  double CostOfIds(const ListedRows& rows) const { return CostOfSlices(slices_, IdsOf(RowsOf(rows)).size()); }
  std::string LabelOf(size_t values) const {
    return absl::StrCat(values, values == 1 ? " value of " : " values of ", leaf_.label);
  }

  PlanOperand Leaf(NodeKind kind, std::string label, double share, double cost) const {
    PlanOperand made{std::make_unique<PlanNode>(), false};
    PlanNode& node = *made.node;
    node.kind = kind;
    node.tag = leaf_.tag;
    node.value = index::kOwnValue;
    node.magnitude_bits = slices_.bits;
    node.label = std::move(label);
    node.share = share;
    node.cost = cost;
    return made;
  }

  // `label`: of all of them together.
  std::vector<PlanOperand> BySlices(const ListedRows& rows, const std::string& label) const {
    std::vector<PlanOperand> parts;
    std::vector<NumberInterval> ids = IdsOf(RowsOf(rows));
    if (slices_.bits == 0) {
      parts.push_back(Leaf(NodeKind::kNobody, label, 0, leaf_.cost));
    } else if (CostOfLookups(slices_) < CostOfWalks(slices_, ids.size())) {
      parts.push_back(Leaf(NodeKind::kNumberIn, label, ShareOf(rows), CostOfLookups(slices_)));
      parts.back().node->intervals = std::move(ids);
    } else {
      auto row = rows.begin();
      for (const NumberInterval& interval : ids) {
        double share = 0;
        const size_t values = static_cast<size_t>(interval.high - interval.low) + 1;
        for (; row != rows.end() && index::ValueOf(row->row) <= interval.high; ++row) share += row->share;
        parts.push_back(Leaf(NodeKind::kRange, ids.size() == 1 ? label : LabelOf(values),
                             std::min(1.0, share), CostOfWalks(slices_, 1)));
        parts.back().node->low = interval.low;
        parts.back().node->high = interval.high;
      }
    }
    return parts;
  }

  const PlanNode& leaf_;
  const ValueSlices slices_;
};

// The operands united, where they are several.
PlanOperand AnyOf(std::vector<PlanOperand> operands) {
  if (operands.size() == 1) return std::move(operands.front());
  PlanOperand made{std::make_unique<PlanNode>(), false};
  made.node->kind = NodeKind::kOr;
  made.node->operands = std::move(operands);
  return made;
}

absl::Status AskFor(const Statistics& statistics, PlanOperand& operand) {
  const PlanNode& leaf = *operand.node;
  ASSIGN_OR_RETURN(const Division division, Divide(statistics, leaf));
  if (division.sliced.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const ValueSlices slices, FindSlices(statistics, leaf.tag));
  if (slices.bits == 0 && ShareOf(division.sliced) > 0) {
    return absl::DataLossError(
        absl::StrCat("tag ", leaf.tag, ": value id ", index::ValueOf(division.sliced.front().row),
                     " has no row of its own, and the tag has no slices of value ids that know its members"));
  }
  PlanOperand asked = AnyOf(Asking(leaf, slices).PartsOf(division));
  asked.negated = operand.negated;
  operand = std::move(asked);
  return absl::OkStatus();
}

}  // namespace

absl::Status AskSlicesForRows(const Statistics& statistics, PlanOperand& root) {
  if (!statistics.has_own_row) return absl::OkStatus();
  absl::Status status;
  VisitPostOrder(root, [&](PlanOperand& operand) {
    const NodeKind kind = operand.node->kind;
    if (status.ok() && (kind == NodeKind::kRow || kind == NodeKind::kAnyRow))
      status = AskFor(statistics, operand);
  });
  return status;
}

}  // namespace muster::query
