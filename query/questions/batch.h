// Counts many expressions on one state together, so that shared parts are read and computed only once.
#ifndef MUSTER_QUERY_QUESTIONS_BATCH_H_
#define MUSTER_QUERY_QUESTIONS_BATCH_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/types/span.h"
#include "index/concurrency/work_budget.h"
#include "query/execution/scan.h"
#include "query/execution/scan_helpers.h"
#include "query/language/problem.h"
#include "query/questions/question_views.h"
#include "query/questions/scan_parts.h"
#include "query/questions/understanding.h"

namespace muster::query {

struct BatchLimits {
  size_t max_expressions = 10'000;  // the answer is one message of 16 MiB: 1,600 bytes for each expression
  // A batch with more parts is counted in several scans.
  size_t max_scan_parts = kMaxScanParts;
};

// A plain value; the helpers must outlive the call.
struct BatchOptions {
  BatchLimits limits;
  ScanHelpers* helpers = nullptr;  // threads that its scans may borrow; null: none
};

// One expression's answer, or why it has none.
struct BatchAnswer {
  std::vector<Problem> problems;
  absl::Status stale;  // CheckFresh refused it: then it has nothing else
  std::string canonical;
  std::vector<Problem> warnings;
  std::vector<std::string> notices;
  std::vector<index::PinnedView> pins;  // as Question::Pins
  std::vector<index::SavedPin> saved;   // the segments and lists that it used
  std::vector<UnknownCount> unknown;    // for each tag named, in each view, by name
  uint64_t count = 0;
};

// The answers to a batch.
struct BatchAnswers {
  // For each wording, in order: the same as if it were asked alone, except that all of them together may name
  // only as many different AS OF dates as one expression may (LanguageLimits::max_dates).
  std::vector<BatchAnswer> answers;
  std::vector<index::PinnedView> pins;  // the state that all were asked of: the request's view whole, and the
                                        // tags that were named of every other one
  std::vector<index::SavedPin> saved;   // segments and lists that were named, all together
  uint64_t member_count = 0;            // everyone of the request's view
  absl::CivilDay today;                 // what TODAY stood for
};

// Returns errors of the store and of the budget, which is checked between expressions and within scans.
absl::StatusOr<BatchAnswers> CountBatch(absl::Span<const Wording> wordings, Standpoint at, WorkBudget& budget,
                                        const BatchOptions& options = {});

}  // namespace muster::query

#endif  // MUSTER_QUERY_QUESTIONS_BATCH_H_
