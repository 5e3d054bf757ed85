#include "query/questions/question.h"

#include <algorithm>
#include <utility>

#include "index/text/unicode.h"
#include "query/binding/binder.h"
#include "query/language/formatter.h"
#include "query/language/parser.h"
#include "query/language/tree_check.h"
#include "query/planning/describe.h"
#include "query/planning/plan.h"
#include "query/questions/population_catalog.h"

namespace muster::query {
namespace {

// The parser and CheckTree let only UTF-8 through, which always has a normal form.
std::string NormalForm(std::string_view text) {
  return index::NormalizeNfc(text).value_or(std::string(text));
}

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
  std::string canonical;
  absl::CivilDay today;
  std::vector<Problem> warnings;
  std::vector<std::string> notices;
  std::vector<index::Tag> tags;  // by name
  std::shared_ptr<const index::Snapshot> snapshot;
  PlannedProgram planned;
};

class PreparedQuestion final : public Question {
 public:
  explicit PreparedQuestion(Prepared prepared) : prepared_(std::move(prepared)) {}

  const std::string& canonical() const override { return prepared_.canonical; }
  absl::CivilDay today() const override { return prepared_.today; }
  const std::vector<Problem>& warnings() const override { return prepared_.warnings; }
  const std::vector<std::string>& notices() const override { return prepared_.notices; }
  const index::Snapshot& snapshot() const override { return *prepared_.snapshot; }

  index::VersionVector versions() const override;
  absl::StatusOr<std::vector<UnknownCount>> Unknown() const override;
  absl::StatusOr<uint64_t> Count(const StopToken* stop, ScanStatistics* statistics) const override;
  absl::Status Members(index::Ordinal from, const StopToken* stop,
                       const std::function<bool(absl::Span<const index::Ordinal>)>& sink) const override;
  absl::StatusOr<Explanation> Explain(const StopToken* stop) const override;

 private:
  absl::StatusOr<uint64_t> Scan(const ScanOptions& options, ScanStatistics* statistics) const;

  const Prepared prepared_;
};

index::VersionVector PreparedQuestion::versions() const {
  const index::VersionVector& all = prepared_.snapshot->versions();
  index::VersionVector named;
  const auto name = [&](index::TagId tag) {
    if (const auto version = all.find(tag); version != all.end()) named.insert(*version);
  };
  name(index::kEveryoneTag);
  for (const index::Tag& tag : prepared_.tags) name(tag.id);
  return named;
}

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

absl::StatusOr<uint64_t> PreparedQuestion::Scan(const ScanOptions& options,
                                                ScanStatistics* statistics) const {
  const std::unique_ptr<index::RowSource> source = prepared_.snapshot->NewRowSource();
  return ScanCount(prepared_.planned.program, *source, prepared_.snapshot->fragment_count(), options,
                   statistics);
}

absl::StatusOr<uint64_t> PreparedQuestion::Count(const StopToken* stop, ScanStatistics* statistics) const {
  ScanOptions options;
  options.stop = stop;
  return Scan(options, statistics);
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
  const absl::StatusOr<uint64_t> count = Scan(options, &explanation.statistics);
  if (!count.ok()) return count.status();
  explanation.count = *count;
  explanation.plan = Described(DescribeProgram(prepared_.planned, explanation.statistics.node_counts,
                                               prepared_.snapshot->member_count()));
  return explanation;
}

// Binds and plans. REQUIRES: the tree came from Parse, or CheckTree finds no problem with it.
absl::StatusOr<PrepareResult> Prepare(const Expression& tree, std::vector<std::string> notices,
                                      index::Population& population,
                                      std::shared_ptr<const index::Snapshot> snapshot,
                                      std::optional<absl::CivilDay> today) {
  Prepared prepared;
  prepared.today = today.has_value() ? *today : population.Today();
  const PopulationCatalog catalog(population, *snapshot, prepared.today);
  absl::StatusOr<BindResult> bound = Bind(tree, catalog);
  if (!bound.ok()) return bound.status();
  if (!catalog.status().ok()) return catalog.status();
  PrepareResult result;
  if (!bound->ok()) {
    result.problems = std::move(bound->problems);
    return result;
  }
  Statistics statistics;
  statistics.member_count = snapshot->member_count();
  statistics.row_cardinality = [&snapshot](index::RowRef row) { return snapshot->RowCardinality(row); };
  absl::StatusOr<PlannedProgram> planned = Plan(*bound->bound, statistics);
  if (!planned.ok()) return planned.status();
  prepared.planned = *std::move(planned);
  prepared.canonical = CanonicalText(tree, NormalForm);
  prepared.warnings = std::move(bound->warnings);
  prepared.notices = std::move(notices);
  prepared.tags = catalog.FoundTags();
  prepared.snapshot = std::move(snapshot);
  result.question = std::make_unique<PreparedQuestion>(std::move(prepared));
  return result;
}

}  // namespace

absl::StatusOr<PrepareResult> PrepareText(std::string_view text, index::Population& population,
                                          std::shared_ptr<const index::Snapshot> snapshot,
                                          std::optional<absl::CivilDay> today) {
  ParseResult parsed = Parse(text);
  if (!parsed.ok()) {
    PrepareResult result;
    result.problems = std::move(parsed.problems);
    return result;
  }
  return Prepare(*parsed.expression, std::move(parsed.notices), population, std::move(snapshot), today);
}

absl::StatusOr<PrepareResult> PrepareTree(const Expression& tree, index::Population& population,
                                          std::shared_ptr<const index::Snapshot> snapshot,
                                          std::optional<absl::CivilDay> today) {
  PrepareResult result;
  result.problems = CheckTree(tree);
  if (!result.problems.empty()) return result;
  return Prepare(tree, {}, population, std::move(snapshot), today);
}

}  // namespace muster::query
