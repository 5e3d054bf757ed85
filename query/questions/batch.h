// Many questions on one state, counted together: what they have in common is read and computed once.
#ifndef MUSTER_QUERY_QUESTIONS_BATCH_H_
#define MUSTER_QUERY_QUESTIONS_BATCH_H_

#include <cstddef>
#include <string>
#include <vector>

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
  size_t max_expressions = 10'000;  // an answer is one message of 16 MiB: room for 1,600 bytes on each
  // A batch with more is counted in several scans.
  size_t max_scan_parts = kMaxScanParts;
};

// A plain value; the helpers outlive the call.
struct BatchOptions {
  BatchLimits limits;
  ScanHelpers* helpers = nullptr;  // threads that its scans may borrow; null: none
};

// One expression's answer, or its problems and nothing else.
struct BatchAnswer {
  std::vector<Problem> problems;
  std::string canonical;
  std::vector<Problem> warnings;
  std::vector<std::string> notices;
  std::vector<index::PinnedView> pins;      // as Question::Pins
  std::vector<index::SegmentPin> segments;  // definitions that it was made with
  std::vector<UnknownCount> unknown;        // for each tag named, in each view, by name
  uint64_t count = 0;
};

// What came of a batch.
struct BatchAnswers {
  // For each wording, in order: what its question would answer alone, while all of them together look AS OF
  // no more different dates than one expression may (LanguageLimits::max_dates).
  std::vector<BatchAnswer> answers;
  std::vector<index::PinnedView> pins;  // the state that all were asked of: the request's view whole, and the
                                        // tags that were named of every other one
  std::vector<index::SegmentPin> segments;  // definitions that were named, all together
  uint64_t member_count = 0;                // everyone of the request's view
  absl::CivilDay today;                     // what TODAY stood for
};

// Statuses are the store's and the budget's, which is checked between expressions and within scans.
absl::StatusOr<BatchAnswers> CountBatch(absl::Span<const Wording> wordings, Standpoint at, WorkBudget& budget,
                                        const BatchOptions& options = {});

}  // namespace muster::query

#endif  // MUSTER_QUERY_QUESTIONS_BATCH_H_
