#include "query/questions/question.h"

#include <algorithm>
#include <utility>

#include "query/planning/describe.h"
#include "query/planning/plan.h"
#include "query/questions/population_catalog.h"

namespace muster::query {
namespace {

PlanDescription Described(ProgramDescription program) {
  PlanDescription plan;
  plan.description = std::move(program.text);
  plan.estimated_count = program.estimated_count;
  plan.actual_count = program.actual_count;
  for (ProgramDescription& operand : program.operands) plan.operands.push_back(Described(std::move(operand)));
  return plan;
}

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
  absl::StatusOr<std::vector<UnknownCount>> Unknown() const override;
  absl::StatusOr<uint64_t> Count(const StopToken* stop, ScanStatistics* statistics,
                                 ScanHelpers* helpers) const override;
  absl::Status Members(index::Ordinal from, const StopToken* stop,
                       const std::function<bool(absl::Span<const index::Ordinal>)>& sink) const override;
  absl::StatusOr<Explanation> Explain(const StopToken* stop) const override;

 private:
  absl::StatusOr<uint64_t> Scan(const ScanOptions& options, ScanStatistics* statistics,
                                ScanHelpers* helpers) const;

  const Prepared prepared_;
};

absl::StatusOr<std::vector<UnknownCount>> PreparedQuestion::Unknown() const {
  const uint64_t everyone = prepared_.snapshot->member_count();
  std::vector<UnknownCount> unknown;
  for (const index::Tag& tag : prepared_.tags) {
    const absl::StatusOr<uint64_t> known = prepared_.snapshot->RowCardinality({tag.id, index::kKnownRow});
    if (!known.ok()) return known.status();
    unknown.push_back({tag.name, everyone - std::min(everyone, *known)});
  }
  return unknown;
}

absl::StatusOr<uint64_t> PreparedQuestion::Scan(const ScanOptions& options, ScanStatistics* statistics,
                                                ScanHelpers* helpers) const {
  const absl::StatusOr<std::vector<uint64_t>> counts = ParallelCounts(
      prepared_.planned.program, [this] { return prepared_.snapshot->NewRowSource(); },
      prepared_.snapshot->fragment_count(), options, helpers, statistics);
  if (!counts.ok()) return counts.status();
  return counts->front();
}

absl::StatusOr<uint64_t> PreparedQuestion::Count(const StopToken* stop, ScanStatistics* statistics,
                                                 ScanHelpers* helpers) const {
  ScanOptions options;
  options.stop = stop;
  return Scan(options, statistics, helpers);
}

absl::Status PreparedQuestion::Members(
    index::Ordinal from, const StopToken* stop,
    const std::function<bool(absl::Span<const index::Ordinal>)>& sink) const {
  ScanOptions options;
  options.stop = stop;
  const std::unique_ptr<index::RowSource> source = prepared_.snapshot->NewRowSource();
  return ScanMembers(prepared_.planned.program, *source, prepared_.snapshot->fragment_count(), from, options,
                     sink, nullptr);
}

absl::StatusOr<Explanation> PreparedQuestion::Explain(const StopToken* stop) const {
  ScanOptions options;
  options.stop = stop;
  options.count_nodes = true;
  Explanation explanation;
  const absl::StatusOr<uint64_t> count = Scan(options, &explanation.statistics, nullptr);
  if (!count.ok()) return count.status();
  explanation.count = *count;
  explanation.plan = Described(DescribeProgram(prepared_.planned, explanation.statistics.node_counts,
                                               prepared_.snapshot->member_count()));
  return explanation;
}

}  // namespace

absl::StatusOr<PrepareResult> Prepare(const Wording& wording, index::Population& population,
                                      std::shared_ptr<const index::Snapshot> snapshot,
                                      std::optional<absl::CivilDay> today, const StopToken* stop) {
  Prepared prepared;
  prepared.today = today.has_value() ? *today : population.Today();
  const PopulationCatalog catalog(population, *snapshot, prepared.today, stop);
  absl::StatusOr<Understanding> understood = Understand(wording, catalog);
  if (!understood.ok()) return understood.status();
  PrepareResult result;
  if (!understood->problems.empty()) {
    result.problems = std::move(understood->problems);
    return result;
  }
  absl::StatusOr<PlannedProgram> planned = Plan(*understood->bound, StatisticsOf(*snapshot, stop));
  if (!planned.ok()) return planned.status();
  understood->bound.reset();
  prepared.planned = *std::move(planned);
  for (const index::TagId tag : understood->tags) prepared.tags.push_back(catalog.FoundTag(tag));
  std::sort(prepared.tags.begin(), prepared.tags.end(),
            [](const index::Tag& a, const index::Tag& b) { return a.name < b.name; });
  prepared.understood = *std::move(understood);
  prepared.snapshot = std::move(snapshot);
  result.question = std::make_unique<PreparedQuestion>(std::move(prepared));
  return result;
}

}  // namespace muster::query
