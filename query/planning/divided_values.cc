#include "query/planning/divided_values.h"

#include <algorithm>
#include <cstdint>
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

// Splits one leaf into several. Its arguments outlive it.
class LeafParts {
 public:
  LeafParts(const std::string& label, const ValueSlices& slices) : label_(label), slices_(slices) {}

  std::vector<PlanOperand> Of(const DividedValues& values) const {
    if (values.stored.empty()) return BySlices(values.in_slices, label_);
    const double by_rows = CostOfRows(values.stored.size(), ShareOf(values.stored));
    const double apart = by_rows + CostOfIds(values.in_slices);
    if (CostOfIds(values.all) <= apart) return BySlices(values.all, label_);
    std::vector<PlanOperand> parts = BySlices(values.in_slices, LabelOf(values.in_slices.size()));
    parts.push_back(Leaf(AnyOfRows(slices_.source, RowsOf(values.stored)), LabelOf(values.stored.size()),
                         ShareOf(values.stored), by_rows));
    return parts;
  }

 private:
  double CostOfIds(const ListedRows& rows) const { return CostOfSlices(slices_, IdsOf(RowsOf(rows)).size()); }
  std::string LabelOf(size_t values) const {
    return absl::StrCat(values, values == 1 ? " value of " : " values of ", label_);
  }

  static PlanOperand Leaf(SetKind kind, std::string label, double share, double cost) {
    PlanOperand leaf(std::move(kind), std::move(label));
    leaf.node->share = share;
    leaf.node->cost = cost;
    return leaf;
  }

  // `label`: of the whole list.
  std::vector<PlanOperand> BySlices(const ListedRows& rows, const std::string& label) const {
    std::vector<PlanOperand> parts;
    std::vector<NumberInterval> ids = IdsOf(RowsOf(rows));
    if (CostOfLookups(slices_) < CostOfWalks(slices_, ids.size())) {
      NumberList list{{slices_.source}, slices_.bits, std::move(ids)};
      parts.push_back(Leaf(std::move(list), label, ShareOf(rows), CostOfLookups(slices_)));
      return parts;
    }
    auto row = rows.begin();
    for (const NumberInterval& interval : ids) {
      double share = 0;
      const size_t values = static_cast<size_t>(interval.high - interval.low) + 1;
      for (; row != rows.end() && index::ValueOf(row->row) <= interval.high; ++row) share += row->share;
      const NumberRange range{.number = {slices_.source},
                              .magnitude_bits = slices_.bits,
                              .low = interval.low,
                              .high = interval.high};
      parts.push_back(Leaf(range, ids.size() == 1 ? label : LabelOf(values), std::min(1.0, share),
                           CostOfWalks(slices_, 1)));
    }
    return parts;
  }

  const std::string& label_;
  const ValueSlices& slices_;
};

}  // namespace

absl::StatusOr<DividedValues> DivideValues(const Statistics& statistics, SourceRef source,
                                           absl::Span<const index::RowId> rows) {
  DividedValues divided;
  ASSIGN_OR_RETURN(const index::ValuesWithRows with_rows, statistics.FindValuesWithRows(source));
  const auto is_stored = [&with_rows](index::RowId row) { return with_rows.Keeps(row); };
  if (with_rows.all() || std::all_of(rows.begin(), rows.end(), is_stored)) return divided;
  ASSIGN_OR_RETURN(const auto cardinalities, statistics.RowCardinalities(source, rows));
  const double members = static_cast<double>(std::max<uint64_t>(statistics.MemberCount(), 1));
  for (size_t i = 0; i < rows.size(); ++i) {
    divided.all.push_back({rows[i], static_cast<double>(cardinalities[i]) / members});
    (is_stored(rows[i]) ? divided.stored : divided.in_slices).push_back(divided.all.back());
  }
  return divided;
}

std::vector<PlanOperand> PartsOf(const std::string& label, const DividedValues& values,
                                 const ValueSlices& slices) {
  return LeafParts(label, slices).Of(values);
}

}  // namespace muster::query
