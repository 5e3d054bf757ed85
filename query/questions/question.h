// Prepares and answers one question: parse, bind, plan, scan. The entry point of query/.
#ifndef MUSTER_QUERY_QUESTIONS_QUESTION_H_
#define MUSTER_QUERY_QUESTIONS_QUESTION_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/types/span.h"
#include "index/concurrency/work_budget.h"
#include "index/segments/segment.h"
#include "index/views/population_view.h"
#include "query/execution/scan.h"
#include "query/execution/scan_helpers.h"
#include "query/language/problem.h"
#include "query/planning/describe.h"
#include "query/questions/question_views.h"
#include "query/questions/understanding.h"

namespace muster::query {

// The time that preparing a question took, in microseconds.
struct PreparationTimes {
  uint64_t understanding_us = 0;  // parsing and binding
  uint64_t planning_us = 0;
};

// How a question was answered.
struct Explanation {
  ProgramDescription plan;
  uint64_t count = 0;
  ScanStatistics statistics;  // of the count itself
  uint64_t counting_us = 0;   // by one thread
  uint64_t analysis_us = 0;   // for measuring each node of the plan, which a count doesn't do
};

// A prepared question on one state of a population, which it keeps open. Immutable and thread-safe.
class Question {
 public:
  virtual ~Question() = default;
  // The request's view.
  virtual const index::PopulationView& view() const = 0;
  virtual const std::string& canonical() const = 0;
  virtual absl::CivilDay today() const = 0;
  virtual const std::vector<Problem>& warnings() const = 0;
  virtual const std::vector<std::string>& notices() const = 0;
  // Everyone's version and those of the tags named, in each view: the request's first.
  virtual absl::StatusOr<std::vector<index::PinnedView>> Pins() const = 0;
  // The saved segments that it was made with, those that others name included.
  virtual const std::vector<index::SegmentPtr>& segments() const = 0;
  // The pins of all segments and id lists that it uses; ascending.
  virtual const std::vector<index::SavedPin>& saved() const = 0;
  // Everyone of the request's view.
  virtual uint64_t member_count() const = 0;
  // For each tag named, in each view, by name.
  virtual absl::StatusOr<std::vector<UnknownCount>> Unknown() const = 0;
  // `helpers`: threads that a long scan may borrow; null: none. `statistics` may be null.
  virtual absl::StatusOr<uint64_t> Count(WorkBudget& budget, ScanStatistics* statistics = nullptr,
                                         ScanHelpers* helpers = nullptr) const = 0;
  // Passes the selected ordinals ≥ `from` to `sink`, ascending; see ScanMembers.
  virtual absl::Status Members(index::Ordinal from, WorkBudget& budget,
                               const std::function<bool(absl::Span<const index::Ordinal>)>& sink) const = 0;
  // Counts on one thread, then measures each node of the plan.
  virtual absl::StatusOr<Explanation> Explain(WorkBudget& budget) const = 0;
};

// A question, or at least one problem and no question.
struct PrepareResult {
  std::unique_ptr<Question> question;
  std::vector<Problem> problems;
};

// Prepares a question. Charges to `budget` the values that it looks up, and the chunks that a count will read
// by the planner's rough estimate, so that a question too long for the turn is refused before its scan.
// Writes the durations to `times` unless that is null. Returns errors of the budget and the store.
absl::StatusOr<PrepareResult> Prepare(const Wording& wording, Standpoint at,
                                      WorkBudget& budget = WorkBudget::Unlimited(),
                                      PreparationTimes* times = nullptr);

}  // namespace muster::query

#endif  // MUSTER_QUERY_QUESTIONS_QUESTION_H_
