#include "query/planning/divided_values.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "index/status/status_macros.h"
#include "query/planning/estimates.h"

namespace muster::query {
namespace {

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

// Turns one leaf into others. The leaf outlives it.
class LeafParts {
 public:
  LeafParts(const PlanNode& leaf, const ValueSlices& slices) : leaf_(leaf), slices_(slices) {}

  std::vector<PlanOperand> Of(const DividedValues& values) const {
    if (values.stored.empty()) return BySlices(values.in_slices, leaf_.label);
    const double by_rows = CostOfRows(values.stored.size(), ShareOf(values.stored));
    const double apart = by_rows + CostOfIds(values.in_slices);
    if (CostOfIds(values.all) <= apart) return BySlices(values.all, leaf_.label);
    std::vector<PlanOperand> parts = BySlices(values.in_slices, LabelOf(values.in_slices.size()));
    const NodeKind kind = values.stored.size() == 1 ? NodeKind::kRow : NodeKind::kAnyRow;
    PlanOperand rows = Leaf(kind, LabelOf(values.stored.size()), ShareOf(values.stored), by_rows);
    rows.node->rows = RowsOf(values.stored);
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
    if (CostOfLookups(slices_) < CostOfWalks(slices_, ids.size())) {
      parts.push_back(Leaf(NodeKind::kNumberIn, label, ShareOf(rows), CostOfLookups(slices_)));
      parts.back().node->intervals = std::move(ids);
      return parts;
    }
    auto row = rows.begin();
    for (const NumberInterval& interval : ids) {
      double share = 0;
      const size_t values = static_cast<size_t>(interval.high - interval.low) + 1;
      for (; row != rows.end() && index::ValueOf(row->row) <= interval.high; ++row) share += row->share;
      parts.push_back(Leaf(NodeKind::kRange, ids.size() == 1 ? label : LabelOf(values), std::min(1.0, share),
                           CostOfWalks(slices_, 1)));
      parts.back().node->low = interval.low;
      parts.back().node->high = interval.high;
    }
    return parts;
  }

  const PlanNode& leaf_;
  const ValueSlices slices_;
};

}  // namespace

absl::StatusOr<DividedValues> DivideValues(const Statistics& statistics, const PlanNode& leaf) {
  DividedValues divided;
  ASSIGN_OR_RETURN(const index::ValuesWithRows with_rows, FindValuesWithRows(statistics, leaf.tag));
  const auto is_stored = [&with_rows](index::RowId row) { return with_rows.Keeps(row); };
  if (with_rows.all() || std::all_of(leaf.rows.begin(), leaf.rows.end(), is_stored)) return divided;
  ASSIGN_OR_RETURN(const auto cardinalities, CardinalitiesOf(statistics, leaf.tag, leaf.rows));
  const double members = static_cast<double>(std::max<uint64_t>(statistics.member_count, 1));
  for (size_t i = 0; i < leaf.rows.size(); ++i) {
    divided.all.push_back({leaf.rows[i], static_cast<double>(cardinalities[i]) / members});
    (is_stored(leaf.rows[i]) ? divided.stored : divided.in_slices).push_back(divided.all.back());
  }
  return divided;
}

std::vector<PlanOperand> PartsOf(const PlanNode& leaf, const DividedValues& values,
                                 const ValueSlices& slices) {
  return LeafParts(leaf, slices).Of(values);
}

}  // namespace muster::query
