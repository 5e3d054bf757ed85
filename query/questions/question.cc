#include "query/questions/question.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "index/status/status_macros.h"
#include "query/planning/describe.h"
#include "query/planning/plan.h"
#include "query/questions/population_catalog.h"

namespace muster::query {
namespace {

// Reads the clock only where somebody wants to know.
class Stopwatch {
 public:
  explicit Stopwatch(bool wanted) : wanted_(wanted) { Lap(); }
  // Microseconds since it was made, or since the last lap.
  uint64_t Lap() {
    if (!wanted_) return 0;
    const Clock::time_point now = Clock::now();
    const auto lap = std::chrono::duration_cast<std::chrono::microseconds>(now - since_);
    since_ = now;
    return static_cast<uint64_t>(lap.count());
  }

 private:
  using Clock = std::chrono::steady_clock;
  const bool wanted_;
  Clock::time_point since_{};
};

// What a question is made of.
struct Prepared {
  Understanding understood;      // its bound tree is spent
  std::vector<index::Tag> tags;  // those named, by name
  absl::CivilDay today;
  std::shared_ptr<const index::Snapshot> snapshot;
  PlannedProgram planned;
};

// How many chunks of bitsets a count reads, or what takes as long: the planner's rough estimate.
uint64_t ChunksOf(double cost, const index::Snapshot& snapshot) {
  const double chunks = cost * snapshot.fragment_count() * index::kChunksPerFragment;
  return static_cast<uint64_t>(std::min(std::ceil(chunks), 1e18));
}

class PreparedQuestion final : public Question {
 public:
  explicit PreparedQuestion(Prepared prepared) : prepared_(std::move(prepared)) {}

  const std::string& canonical() const override { return prepared_.understood.canonical; }
  absl::CivilDay today() const override { return prepared_.today; }
  const std::vector<Problem>& warnings() const override { return prepared_.understood.warnings; }
  const std::vector<std::string>& notices() const override { return prepared_.understood.notices; }
  const index::Snapshot& snapshot() const override { return *prepared_.snapshot; }

  index::VersionVector versions() const override {
    return VersionsOf(*prepared_.snapshot, prepared_.understood.tags);
  }
  absl::StatusOr<std::vector<UnknownCount>> Unknown() const override {
    return CountUnknown(*prepared_.snapshot, prepared_.tags);
  }
  absl::StatusOr<uint64_t> Count(WorkBudget& budget, ScanStatistics* statistics,
                                 ScanHelpers* helpers) const override;
  absl::Status Members(index::Ordinal from, WorkBudget& budget,
                       const std::function<bool(absl::Span<const index::Ordinal>)>& sink) const override;
  absl::StatusOr<Explanation> Explain(WorkBudget& budget) const override;

 private:
  ScanJob Job(WorkBudget& budget, ScanHelpers* helpers) const;

  const Prepared prepared_;
};

ScanJob PreparedQuestion::Job(WorkBudget& budget, ScanHelpers* helpers) const {
  return {.program = prepared_.planned.program,
          .make_source = [this] { return prepared_.snapshot->NewRowSource(); },
          .fragments = {0, prepared_.snapshot->fragment_count()},
          .options = {.budget = &budget},
          .helpers = helpers};
}

absl::StatusOr<uint64_t> PreparedQuestion::Count(WorkBudget& budget, ScanStatistics* statistics,
                                                 ScanHelpers* helpers) const {
  return ScanCount(Job(budget, helpers), statistics);
}

absl::Status PreparedQuestion::Members(
    index::Ordinal from, WorkBudget& budget,
    const std::function<bool(absl::Span<const index::Ordinal>)>& sink) const {
  return ScanMembers(Job(budget, nullptr), from, sink, nullptr);
}

absl::StatusOr<Explanation> PreparedQuestion::Explain(WorkBudget& budget) const {
  Explanation explanation;
  Stopwatch stopwatch(true);
  ASSIGN_OR_RETURN(explanation.count, Count(budget, &explanation.statistics, nullptr));
  explanation.counting_us = stopwatch.Lap();
  ASSIGN_OR_RETURN(const std::vector<NodeMeasurement> measured, AnalyseNodes(Job(budget, nullptr)));
  explanation.analysis_us = stopwatch.Lap();
  explanation.plan = DescribeProgram(prepared_.planned, measured, prepared_.snapshot->member_count());
  return explanation;
}

}  // namespace

absl::StatusOr<PrepareResult> Prepare(const Wording& wording, index::Population& population,
                                      std::shared_ptr<const index::Snapshot> snapshot,
                                      std::optional<absl::CivilDay> today, WorkBudget& budget,
                                      PreparationTimes* times) {
  Stopwatch stopwatch(times != nullptr);
  Prepared prepared;
  prepared.today = today.has_value() ? *today : population.Today();
  const PopulationCatalog catalog(population, *snapshot, prepared.today, budget);
  ASSIGN_OR_RETURN(Understanding understood, Understand(wording, catalog));
  PrepareResult result;
  if (!understood.problems.empty()) {
    result.problems = std::move(understood.problems);
    return result;
  }
  if (times != nullptr) times->understanding_us = stopwatch.Lap();
  ASSIGN_OR_RETURN(PlannedProgram planned, Plan(*understood.bound, StatisticsOf(*snapshot, budget)));
  if (times != nullptr) times->planning_us = stopwatch.Lap();
  RETURN_IF_ERROR(budget.SpendChunks(ChunksOf(planned.cost, *snapshot)));
  understood.bound.reset();
  prepared.planned = std::move(planned);
  prepared.tags = TagsByName(catalog, understood.tags);
  prepared.understood = std::move(understood);
  prepared.snapshot = std::move(snapshot);
  result.question = std::make_unique<PreparedQuestion>(std::move(prepared));
  return result;
}

}  // namespace muster::query
