#include "query/questions/batch.h"

#include <memory>
#include <set>
#include <utility>

#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "query/planning/plan.h"
#include "query/questions/freshness.h"
#include "query/questions/saved_pins.h"
#include "query/questions/scan_parts.h"
#include "query/questions/view_statistics.h"

namespace muster::query {
namespace {

// Collects bound expressions and counts them, as many in one scan as the limit allows.
class BatchScan {
 public:
  BatchScan(const QuestionViews& views, WorkBudget& budget, const BatchOptions& options)
      : views_(views), budget_(budget), options_(options) {}

  // Adds an expression. Finish, or an earlier Add, writes its count to `answer`.
  absl::Status Add(PlanOperand tree, BatchAnswer& answer) {
    const size_t parts = PartsOf(tree);
    if (!trees_.empty() && parts_ + parts > options_.limits.max_scan_parts) {
      RETURN_IF_ERROR(Finish());
    }
    parts_ += parts;
    trees_.push_back(std::move(tree));
    answers_.push_back(&answer);
    return absl::OkStatus();
  }

  absl::Status Finish() {
    if (trees_.empty()) return absl::OkStatus();
    const absl::Span<const ViewPtr> views = views_.opened();
    ASSIGN_OR_RETURN(const PlannedBatch planned,
                     PlanBatch(std::move(trees_), ViewStatistics(views, budget_)));
    trees_.clear();
    const ScanJob job{.program = planned.program,
                      .make_source = SourcesOf(views),
                      .fragments = {0, views[kFirstView]->members().fragment_count()},
                      .options = {.budget = &budget_, .ids = &views[kFirstView]->members()},
                      .helpers = options_.helpers};
    ASSIGN_OR_RETURN(const std::vector<uint64_t> counts, ScanCounts(job, nullptr));
    for (size_t i = 0; i < answers_.size(); ++i) answers_[i]->count = counts[i];
    answers_.clear();
    parts_ = 0;
    return absl::OkStatus();
  }

 private:
  const QuestionViews& views_;
  WorkBudget& budget_;
  const BatchOptions& options_;
  std::vector<PlanOperand> trees_;
  std::vector<BatchAnswer*> answers_;  // one for each tree
  size_t parts_ = 0;                   // of all trees together
};

// Whether an expression's tags are too old, which doesn't concern the others of the batch.
bool IsStale(const absl::Status& status) {
  return !status.ok() && index::ReasonOf(status) == index::Reason::kStaleTags;
}

absl::StatusOr<std::vector<index::PinnedView>> PinsOfBatch(absl::Span<const ViewPtr> views,
                                                           absl::Span<const std::vector<NamedTag>> named) {
  std::set<NamedTag> tags;
  for (const std::vector<NamedTag>& of_one : named) tags.insert(of_one.begin(), of_one.end());
  return PinsOf(views, std::vector<NamedTag>(tags.begin(), tags.end()), PinScope::kWholeView);
}

}  // namespace

absl::StatusOr<BatchAnswers> CountBatch(absl::Span<const Wording> wordings, Standpoint at, WorkBudget& budget,
                                        const BatchOptions& options) {
  QuestionSegments segments(at.view->population(), at.saved, budget);
  RETURN_IF_ERROR(segments.Read(SegmentNamesIn(wordings)));
  QuestionViews views(std::move(at), budget);
  BatchAnswers batch;
  batch.today = views.today();
  batch.answers.resize(wordings.size());
  std::vector<std::vector<NamedTag>> named(wordings.size());
  BatchScan scan(views, budget, options);
  for (size_t i = 0; i < wordings.size(); ++i) {
    RETURN_IF_ERROR(budget.Check());
    ASSIGN_OR_RETURN(Understanding understood, Understand(wordings[i], views, segments));
    BatchAnswer& answer = batch.answers[i];
    answer.problems = std::move(understood.problems);
    if (!answer.problems.empty()) continue;
    answer.stale = CheckFresh(views, views.TagsByName(understood.tags));
    if (IsStale(answer.stale)) continue;
    RETURN_IF_ERROR(answer.stale);
    answer.canonical = std::move(understood.canonical);
    answer.warnings = std::move(understood.warnings);
    answer.notices = std::move(understood.notices);
    named[i] = std::move(understood.tags);
    ASSIGN_OR_RETURN(answer.pins, PinsOf(views.opened(), named[i]));
    answer.saved = std::move(understood.saved);
    batch.saved.insert(batch.saved.end(), answer.saved.begin(), answer.saved.end());
    RETURN_IF_ERROR(scan.Add(std::move(understood.tree), answer));
  }
  RETURN_IF_ERROR(scan.Finish());
  ASSIGN_OR_RETURN(const std::vector<uint64_t> members, CountMembersOf(views.opened(), budget));
  batch.member_count = members[kFirstView];
  for (size_t i = 0; i < wordings.size(); ++i) {
    ASSIGN_OR_RETURN(batch.answers[i].unknown,
                     CountUnknown(views.opened(), members, views.TagsByName(named[i])));
  }
  ASSIGN_OR_RETURN(batch.pins, PinsOfBatch(views.opened(), named));
  SortPins(batch.saved);
  return batch;
}

}  // namespace muster::query
