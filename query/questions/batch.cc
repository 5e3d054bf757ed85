#include "query/questions/batch.h"

#include <memory>
#include <utility>

#include "index/status/status_macros.h"
#include "query/planning/plan.h"

namespace muster::query {
namespace {

// What evaluating the expression needs room for. Binding has bounded its depth.
size_t PartsOf(const BoundExpression& bound) {
  size_t parts = 1 + bound.rows.size();
  for (const BoundPtr& operand : bound.operands) parts += PartsOf(*operand);
  return parts;
}

// Gathers bound expressions and counts them, a scan's worth at a time.
class Gathering {
 public:
  Gathering(const index::Snapshot& snapshot, WorkBudget& budget, ScanHelpers* helpers,
            const BatchLimits& limits)
      : snapshot_(snapshot), helpers_(helpers), limits_(limits), statistics_(StatisticsOf(snapshot, budget)) {
    options_.budget = &budget;
  }

  // The count goes to `answer`, at the latest in Finish.
  absl::Status Add(BoundPtr bound, BatchAnswer& answer) {
    const size_t parts = PartsOf(*bound);
    if (!gathered_.empty() && parts_ + parts > limits_.max_scan_parts) {
      RETURN_IF_ERROR(Finish());
    }
    parts_ += parts;
    gathered_.push_back(std::move(bound));
    answers_.push_back(&answer);
    return absl::OkStatus();
  }

  absl::Status Finish() {
    if (gathered_.empty()) return absl::OkStatus();
    std::vector<const BoundExpression*> expressions;
    for (const BoundPtr& bound : gathered_) expressions.push_back(bound.get());
    ASSIGN_OR_RETURN(const PlannedBatch planned, PlanBatch(expressions, statistics_));
    gathered_.clear();
    const ScanJob job{.program = planned.program,
                      .make_source = [this] { return snapshot_.NewRowSource(); },
                      .fragments = {0, snapshot_.fragment_count()},
                      .options = options_,
                      .helpers = helpers_};
    ASSIGN_OR_RETURN(const std::vector<uint64_t> counts, ScanCounts(job, nullptr));
    for (size_t i = 0; i < answers_.size(); ++i) answers_[i]->count = counts[i];
    answers_.clear();
    parts_ = 0;
    return absl::OkStatus();
  }

 private:
  const index::Snapshot& snapshot_;
  ScanHelpers* const helpers_;
  const BatchLimits& limits_;
  const Statistics statistics_;
  ScanOptions options_;
  std::vector<BoundPtr> gathered_;
  std::vector<BatchAnswer*> answers_;  // of gathered_
  size_t parts_ = 0;                   // of gathered_
};

}  // namespace

absl::StatusOr<std::vector<BatchAnswer>> CountBatch(absl::Span<const Wording> wordings,
                                                    index::Population& population,
                                                    const index::Snapshot& snapshot, absl::CivilDay today,
                                                    WorkBudget& budget, const BatchLimits& limits,
                                                    ScanHelpers* helpers) {
  const PopulationCatalog catalog(population, snapshot, today, budget);
  std::vector<BatchAnswer> answers(wordings.size());
  Gathering gathering(snapshot, budget, helpers, limits);
  for (size_t i = 0; i < wordings.size(); ++i) {
    RETURN_IF_ERROR(budget.Check());
    ASSIGN_OR_RETURN(Understanding understood, Understand(wordings[i], catalog));
    BatchAnswer& answer = answers[i];
    answer.problems = std::move(understood.problems);
    if (!answer.problems.empty()) continue;
    answer.canonical = std::move(understood.canonical);
    answer.warnings = std::move(understood.warnings);
    answer.versions = VersionsOf(snapshot, understood.tags);
    ASSIGN_OR_RETURN(answer.unknown, CountUnknown(snapshot, TagsByName(catalog, understood.tags)));
    RETURN_IF_ERROR(gathering.Add(std::move(understood.bound), answer));
  }
  RETURN_IF_ERROR(gathering.Finish());
  return answers;
}

}  // namespace muster::query
