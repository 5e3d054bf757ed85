#include "query/questions/number_summary.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "index/status/status_macros.h"
#include "query/execution/number_scans.h"
#include "query/planning/plan.h"
#include "query/questions/freshness.h"
#include "query/questions/view_statistics.h"

namespace muster::query {
namespace {

absl::StatusOr<NumberSummary> Summarize(const ScanJob& job, NodeIndex number,
                                        const SummaryQuestion& question) {
  NumberSummary summary;
  ASSIGN_OR_RETURN(const NumberExtremes extremes, ScanExtremes(job, number, nullptr));
  summary.members = extremes.members;
  if (summary.members == 0) return summary;
  summary.least = extremes.least;
  summary.greatest = extremes.greatest;
  if (index::TraitsOf(question.tag.kind).has_scale) {
    ASSIGN_OR_RETURN(const NumberSum sum, ScanSum(job, number, nullptr));
    summary.sum = sum.sum;
  }
  if (!question.millionths.empty()) {
    ASSIGN_OR_RETURN(NumberPercentiles percentiles,
                     ScanPercentiles(job, number, question.millionths, nullptr));
    summary.percentiles = std::move(percentiles.numbers);
  }
  return summary;
}

}  // namespace

absl::StatusOr<SummaryAnswer> SummarizeNumber(const SummaryQuestion& question, Standpoint at,
                                              WorkBudget& budget, ScanHelpers* helpers) {
  QuestionSegments segments(at.view->population(), at.saved, budget);
  const QuestionViews views(std::move(at), budget);
  ASSIGN_OR_RETURN(Understanding understood, Understand(question.wording, views, segments));
  SummaryAnswer answer;
  if (!understood.problems.empty()) {
    answer.problems = std::move(understood.problems);
    return answer;
  }
  std::vector<TagInView> read = views.TagsByName(understood.tags);
  read.push_back({kFirstView, question.tag});
  RETURN_IF_ERROR(CheckFresh(views, read));
  const absl::Span<const ViewPtr> opened = views.opened();
  ASSIGN_OR_RETURN(const PlannedNumber planned,
                   PlanWithNumber(std::move(understood.tree), {.source = question.tag.id},
                                  ViewStatistics(opened, budget)));
  const ScanJob job{.program = planned.program,
                    .make_source = SourcesOf(opened),
                    .fragments = {0, opened[kFirstView]->members().fragment_count()},
                    .options = {.budget = &budget, .ids = &opened[kFirstView]->members()},
                    .helpers = helpers};
  ASSIGN_OR_RETURN(answer.summary, Summarize(job, planned.number, question));
  answer.canonical = std::move(understood.canonical);
  answer.warnings = std::move(understood.warnings);
  answer.notices = std::move(understood.notices);
  std::vector<NamedTag> tags = std::move(understood.tags);
  tags.push_back({kFirstView, question.tag.id});
  ASSIGN_OR_RETURN(answer.pins, PinsOf(opened, tags));
  answer.saved = std::move(understood.saved);
  answer.today = views.today();
  return answer;
}

// |sum| < 2^127, so sum · 1,000,000 would need up to 147 bits and overflow. The quotient is therefore
// computed by long division: first the whole part, then six decimal digits from the remainder.
std::string MeanText(absl::int128 sum, uint64_t members, int scale) {
  constexpr uint32_t kMillion = 1'000'000;
  absl::uint128 divisor = members;
  for (int i = 0; i < scale; ++i) divisor *= 10;
  const bool negative = sum < 0;
  const absl::uint128 magnitude = static_cast<absl::uint128>(negative ? -sum : sum);
  absl::uint128 whole = magnitude / divisor;
  // The remainder is less than the divisor, which is at most 2^64 · 10^18 < 2^124. Multiplied by 10 it is
  // still less than 2^128.
  absl::uint128 rest = magnitude % divisor;
  uint32_t millionths = 0;
  for (int digit = 0; digit < 6; ++digit) {
    rest *= 10;
    millionths = millionths * 10 + static_cast<uint32_t>(rest / divisor);
    rest %= divisor;
  }
  if (rest >= divisor - rest && ++millionths == kMillion) {
    millionths = 0;
    ++whole;
  }
  std::string text =
      absl::StrCat(negative && (whole > 0 || millionths > 0) ? "-" : "", absl::Uint128Low64(whole));
  if (millionths == 0) return text;
  std::string digits = absl::StrFormat("%06d", millionths);
  while (digits.back() == '0') digits.pop_back();
  return absl::StrCat(text, ".", digits);
}

}  // namespace muster::query
