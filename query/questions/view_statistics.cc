#include "query/questions/view_statistics.h"

#include <algorithm>
#include <utility>

#include "index/status/status_macros.h"

namespace muster::query {
namespace {

// The number of value ids in the first stretch; each stretch is four times as long as the one before.
constexpr uint64_t kFirstStretch = 256;

std::vector<const index::RowStatistics*> StatisticsOf(absl::Span<const ViewPtr> views) {
  std::vector<const index::RowStatistics*> statistics;
  for (const ViewPtr& view : views) statistics.push_back(&view->statistics());
  return statistics;
}

}  // namespace

ViewStatistics::ViewStatistics(absl::Span<const ViewPtr> views, const WorkBudget& budget)
    : ViewStatistics(views[kFirstView]->members().everyone_count(), StatisticsOf(views), budget) {}

ViewStatistics::ViewStatistics(uint64_t member_count, std::vector<const index::RowStatistics*> views,
                               const WorkBudget& budget)
    : member_count_(member_count), views_(std::move(views)), budget_(budget) {}

absl::StatusOr<uint64_t> ViewStatistics::RowCardinality(SetRef row) const {
  if (const auto found = known_.find(row); found != known_.end()) return found->second;
  RETURN_IF_ERROR(budget_.Check());
  ASSIGN_OR_RETURN(const uint64_t cardinality, views_[row.view]->RowCardinality(row.in_view()));
  known_.emplace(row, cardinality);
  return cardinality;
}

absl::StatusOr<std::vector<uint64_t>> ViewStatistics::RowCardinalities(
    SourceRef source, absl::Span<const index::RowId> rows) const {
  RETURN_IF_ERROR(budget_.Check());
  return views_[source.view]->RowCardinalities(source.source, rows);
}

absl::StatusOr<index::ValuesWithRows> ViewStatistics::FindValuesWithRows(SourceRef source) const {
  return views_[source.view]->FindValuesWithRows(source.source);
}

// Reads in stretches, since VisitRows reads a whole stretch before it visits the first row.
absl::Status ViewStatistics::VisitValues(SourceRef source,
                                         const std::function<bool(index::RowId, uint64_t)>& visit) const {
  bool wanted = true;
  const auto visit_wanted = [&](index::RowId row, uint64_t cardinality) {
    return wanted = visit(row, cardinality);
  };
  uint64_t length = kFirstStretch;
  for (uint64_t first = index::kOwnValue + 1; wanted && first <= index::kMaxValueId; length *= 4) {
    RETURN_IF_ERROR(budget_.Check());
    const uint64_t last = std::min<uint64_t>(first + length - 1, index::kMaxValueId);
    RETURN_IF_ERROR(views_[source.view]->VisitRows(source.source, static_cast<index::ValueId>(first),
                                                   static_cast<index::ValueId>(last), visit_wanted));
    first = last + 1;
  }
  return absl::OkStatus();
}

}  // namespace muster::query
