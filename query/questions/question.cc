#include "query/questions/question.h"

#include <chrono>
#include <utility>

#include "index/status/status_macros.h"
#include "query/planning/describe.h"
#include "query/planning/plan.h"
#include "query/questions/freshness.h"
#include "query/questions/view_statistics.h"

namespace muster::query {
namespace {

// Measures time if `wanted`; otherwise it doesn't read the clock and reports 0.
class Stopwatch {
 public:
  explicit Stopwatch(bool wanted) : wanted_(wanted) { Lap(); }
  // The microseconds since construction or the last lap.
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

// The parts of a prepared question.
struct QuestionParts {
  std::vector<ViewPtr> views;     // the request's first
  std::vector<uint64_t> members;  // of each view
  Understanding understood;       // without its tree, which was moved into the plan
  std::vector<TagInView> tags;    // the named tags, by name
  absl::CivilDay today;
  PlannedProgram planned;
};

class PreparedQuestion final : public Question {
 public:
  explicit PreparedQuestion(QuestionParts parts) : parts_(std::move(parts)) {}

  const index::PopulationView& view() const override { return *parts_.views[kFirstView]; }
  const std::string& canonical() const override { return parts_.understood.canonical; }
  absl::CivilDay today() const override { return parts_.today; }
  const std::vector<Problem>& warnings() const override { return parts_.understood.warnings; }
  const std::vector<std::string>& notices() const override { return parts_.understood.notices; }
  const std::vector<index::SegmentPtr>& segments() const override { return parts_.understood.segments; }
  const std::vector<index::SavedPin>& saved() const override { return parts_.understood.saved; }
  uint64_t member_count() const override { return parts_.members[kFirstView]; }

  absl::StatusOr<std::vector<index::PinnedView>> Pins() const override {
    return PinsOf(parts_.views, parts_.understood.tags);
  }
  absl::StatusOr<std::vector<UnknownCount>> Unknown() const override {
    return CountUnknown(parts_.views, parts_.members, parts_.tags);
  }
  absl::StatusOr<uint64_t> Count(WorkBudget& budget, ScanStatistics* statistics,
                                 ScanHelpers* helpers) const override;
  absl::Status Members(index::Ordinal from, WorkBudget& budget,
                       const std::function<bool(absl::Span<const index::Ordinal>)>& sink) const override;
  absl::StatusOr<Explanation> Explain(WorkBudget& budget) const override;

 private:
  ScanJob Job(WorkBudget& budget, ScanHelpers* helpers) const;

  const QuestionParts parts_;
};

ScanJob PreparedQuestion::Job(WorkBudget& budget, ScanHelpers* helpers) const {
  return {.program = parts_.planned.program,
          .make_source = SourcesOf(parts_.views),
          .fragments = {0, view().members().fragment_count()},
          .options = {.budget = &budget, .ids = &view().members()},
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
  explanation.plan = DescribeProgram(parts_.planned, measured, view().members().everyone_count());
  return explanation;
}

}  // namespace

absl::StatusOr<PrepareResult> Prepare(const Wording& wording, Standpoint at, WorkBudget& budget,
                                      PreparationTimes* times) {
  Stopwatch stopwatch(times != nullptr);
  QuestionSegments segments(at.view->population(), at.saved, budget);
  QuestionViews views(std::move(at), budget);
  ASSIGN_OR_RETURN(Understanding understood, Understand(wording, views, segments));
  PrepareResult result;
  if (!understood.problems.empty()) {
    result.problems = std::move(understood.problems);
    return result;
  }
  if (times != nullptr) times->understanding_us = stopwatch.Lap();
  QuestionParts parts;
  parts.tags = views.TagsByName(understood.tags);
  RETURN_IF_ERROR(CheckFresh(views, parts.tags));
  parts.views.assign(views.opened().begin(), views.opened().end());
  parts.today = views.today();
  ASSIGN_OR_RETURN(PlannedProgram planned,
                   Plan(std::move(understood.tree), ViewStatistics(parts.views, budget)));
  if (times != nullptr) times->planning_us = stopwatch.Lap();
  RETURN_IF_ERROR(budget.SpendChunks(ChunksOf(planned.cost, *parts.views[kFirstView])));
  ASSIGN_OR_RETURN(parts.members, CountMembersOf(parts.views, budget));
  parts.planned = std::move(planned);
  parts.understood = std::move(understood);
  result.question = std::make_unique<PreparedQuestion>(std::move(parts));
  return result;
}

}  // namespace muster::query
