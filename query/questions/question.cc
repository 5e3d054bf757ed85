#include "query/questions/question.h"

#include <chrono>
#include <utility>

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
  double EstimatedWork() const override {
    return prepared_.planned.cost * prepared_.snapshot->fragment_count() * index::kChunksPerFragment;
  }
  absl::StatusOr<uint64_t> Count(const StopToken* stop, ScanStatistics* statistics,
                                 ScanHelpers* helpers) const override;
  absl::Status Members(index::Ordinal from, const StopToken* stop,
                       const std::function<bool(absl::Span<const index::Ordinal>)>& sink) const override;
  absl::StatusOr<Explanation> Explain(const StopToken* stop) const override;

 private:
  ScanJob Job(const StopToken* stop, ScanHelpers* helpers) const;

  const Prepared prepared_;
};

ScanJob PreparedQuestion::Job(const StopToken* stop, ScanHelpers* helpers) const {
  return {.program = prepared_.planned.program,
          .make_source = [this] { return prepared_.snapshot->NewRowSource(); },
          .fragments = {0, prepared_.snapshot->fragment_count()},
          .options = {.stop = stop},
          .helpers = helpers};
}

absl::StatusOr<uint64_t> PreparedQuestion::Count(const StopToken* stop, ScanStatistics* statistics,
                                                 ScanHelpers* helpers) const {
  return ScanCount(Job(stop, helpers), statistics);
}

absl::Status PreparedQuestion::Members(
    index::Ordinal from, const StopToken* stop,
    const std::function<bool(absl::Span<const index::Ordinal>)>& sink) const {
  return ScanMembers(Job(stop, nullptr), from, sink, nullptr);
}

absl::StatusOr<Explanation> PreparedQuestion::Explain(const StopToken* stop) const {
  Explanation explanation;
  Stopwatch stopwatch(true);
  const absl::StatusOr<uint64_t> count = Count(stop, &explanation.statistics, nullptr);
  if (!count.ok()) return count.status();
  explanation.count = *count;
  explanation.counting_us = stopwatch.Lap();
  const absl::StatusOr<std::vector<NodeMeasurement>> measured = AnalyseNodes(Job(stop, nullptr));
  if (!measured.ok()) return measured.status();
  explanation.analysis_us = stopwatch.Lap();
  explanation.plan = DescribeProgram(prepared_.planned, *measured, prepared_.snapshot->member_count());
  return explanation;
}

}  // namespace

absl::StatusOr<PrepareResult> Prepare(const Wording& wording, index::Population& population,
                                      std::shared_ptr<const index::Snapshot> snapshot,
                                      std::optional<absl::CivilDay> today, const StopToken* stop,
                                      PreparationTimes* times, size_t max_values) {
  Stopwatch stopwatch(times != nullptr);
  Prepared prepared;
  prepared.today = today.has_value() ? *today : population.Today();
  const PopulationCatalog catalog(population, *snapshot, prepared.today, stop, max_values);
  absl::StatusOr<Understanding> understood = Understand(wording, catalog);
  PrepareResult result;
  result.too_long = catalog.too_long();
  if (result.too_long) return result;
  if (!understood.ok()) return understood.status();
  if (!understood->problems.empty()) {
    result.problems = std::move(understood->problems);
    return result;
  }
  if (times != nullptr) times->understanding_us = stopwatch.Lap();
  absl::StatusOr<PlannedProgram> planned = Plan(*understood->bound, StatisticsOf(*snapshot, stop));
  if (!planned.ok()) return planned.status();
  if (times != nullptr) times->planning_us = stopwatch.Lap();
  understood->bound.reset();
  prepared.planned = *std::move(planned);
  prepared.tags = TagsByName(catalog, understood->tags);
  prepared.understood = *std::move(understood);
  prepared.snapshot = std::move(snapshot);
  result.question = std::make_unique<PreparedQuestion>(std::move(prepared));
  return result;
}

}  // namespace muster::query
