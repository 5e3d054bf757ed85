// Summarizes a number over the members that an expression selects: least, greatest, sum and percentiles.
#ifndef MUSTER_QUERY_QUESTIONS_NUMBER_SUMMARY_H_
#define MUSTER_QUERY_QUESTIONS_NUMBER_SUMMARY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "index/concurrency/work_budget.h"
#include "query/execution/scan_helpers.h"
#include "query/language/problem.h"
#include "query/questions/question_views.h"
#include "query/questions/understanding.h"

namespace muster::query {

// The members, the number and the percentiles to compute. Borrows what the wording borrows.
struct SummaryQuestion {
  Wording wording;
  index::Tag tag;  // a NUMBER, DATE or TIMESTAMP of the request's view
  // The percentiles, in millionths; each at most 1,000,000. 500,000 is the median.
  std::vector<uint32_t> millionths;
};

// Numbers are in units of the tag's scale, in days or in microseconds. If `members` is 0, the other fields
// have no meaning.
struct NumberSummary {
  uint64_t members = 0;  // selected members with a number
  int64_t least = 0;
  int64_t greatest = 0;
  absl::int128 sum = 0;                   // for a NUMBER; otherwise 0
  std::vector<int64_t> percentiles = {};  // in the order of the question, by nearest rank
};

// The summary, or at least one problem of the expression and nothing else.
struct SummaryAnswer {
  std::vector<Problem> problems;
  std::string canonical;
  std::vector<Problem> warnings;
  std::vector<std::string> notices;     // as Question::notices
  std::vector<index::PinnedView> pins;  // as Question::Pins, with the tag's version
  std::vector<index::SavedPin> saved;   // the segments and lists that it used
  absl::CivilDay today;                 // what TODAY stood for
  NumberSummary summary;
};

// Summarizes the number; the whole answer is from one state. `helpers` (may be null) lend threads to the
// scans. Returns errors of the store and the budget.
absl::StatusOr<SummaryAnswer> SummarizeNumber(const SummaryQuestion& question, Standpoint at,
                                              WorkBudget& budget, ScanHelpers* helpers = nullptr);

// sum ÷ members as a decimal with at most six digits after the point, without trailing zeros. Halves are
// rounded away from zero. `scale` is that of the summed numbers. REQUIRES: members > 0; 0 ≤ scale ≤ 18;
// |sum| ≤ members · (2^63 − 1).
std::string MeanText(absl::int128 sum, uint64_t members, int scale);

}  // namespace muster::query

#endif  // MUSTER_QUERY_QUESTIONS_NUMBER_SUMMARY_H_
