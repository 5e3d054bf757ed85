#include "server/answers/number_answers.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "index/status/status_facts.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "query/questions/number_summary.h"
#include "server/answers/asking.h"
#include "server/answers/elapsed.h"
#include "server/wire/catalog_messages.h"
#include "server/wire/error_status.h"
#include "server/wire/expressions/expression_source.h"
#include "server/wire/expressions/problem_messages.h"
#include "text/civil_text.h"

namespace muster::server {
namespace {

constexpr int kMaxPercentiles = 100;
// A percentile in percent: with four decimals it is exact to a millionth.
constexpr double kMillionthsOfPercent = 10'000;

// All significant digits: the shortest text that reads back as this number.
std::string WholeText(double number) {
  char text[64];
  const std::to_chars_result end = std::to_chars(std::begin(text), std::end(text), number);
  return std::string(std::begin(text), end.ptr);
}

absl::StatusOr<std::vector<uint32_t>> DecodePercentiles(const v1::SummarizeNumberRequest& request) {
  if (request.percentiles_size() > kMaxPercentiles) {
    return AtField(
        index::WithLimit(absl::InvalidArgumentError(absl::StrCat(
                             "at most ", kMaxPercentiles, " percentiles are answered at once, and ",
                             request.percentiles_size(), " were asked for")),
                         kMaxPercentiles),
        "percentiles");
  }
  std::vector<uint32_t> millionths;
  for (int i = 0; i < request.percentiles_size(); ++i) {
    const double percent = request.percentiles(i);
    const double scaled = percent * kMillionthsOfPercent;
    // False for NaN.
    const bool in_range = percent >= 0 && percent <= 100;
    if (!in_range || std::abs(scaled - std::round(scaled)) > 1e-6) {
      return FieldError(absl::StrCat("percentiles[", i, "]"),
                        absl::StrCat("the percentile ", WholeText(percent),
                                     in_range ? " has more than four decimals" : " is not within 0 to 100",
                                     ": give 0 to 100, with at most four decimals"));
    }
    millionths.push_back(static_cast<uint32_t>(std::lround(scaled)));
  }
  return millionths;
}

absl::Status CheckKind(const index::Tag& tag) {
  if (index::TraitsOf(tag.kind).is_numeric) return absl::OkStatus();
  return FieldError("tag", absl::StrCat("the tag '", tag.name, "' is a ", index::TagKindName(tag.kind),
                                        ", and only NUMBER, DATE and TIMESTAMP tags have a least and a "
                                        "greatest value; ListTagValues lists its values"));
}

// The number as an expression would write it.
std::string ValueText(const index::Tag& tag, int64_t number, absl::TimeZone zone) {
  return index::StoredValueText(tag.kind, number, {.scale = tag.scale, .zone = zone});
}

void EncodeSummary(const query::NumberSummary& summary, const index::Tag& tag, absl::TimeZone zone,
                   v1::SummarizeNumberResponse& response) {
  response.set_member_count(summary.members);
  if (summary.members == 0) return;
  response.set_least(ValueText(tag, summary.least, zone));
  response.set_greatest(ValueText(tag, summary.greatest, zone));
  if (index::TraitsOf(tag.kind).has_scale)
    response.set_mean(query::MeanText(summary.sum, summary.members, tag.scale));
  for (const int64_t percentile : summary.percentiles)
    response.add_percentiles(ValueText(tag, percentile, zone));
}

}  // namespace

absl::Status SummarizeNumber(const AnswerContext& context, const v1::SummarizeNumberRequest& request,
                             const CallContext& call, v1::SummarizeNumberResponse& response) {
  ASSIGN_OR_RETURN(std::vector<uint32_t> millionths, DecodePercentiles(request));
  ASSIGN_OR_RETURN(const query::Standpoint at, OpenView(context, ViewFieldsOf(request)));
  const index::Population& population = at.view->population();
  ASSIGN_OR_RETURN(index::Tag tag, FindTag(*at.view, request.tag(), call.budget));
  RETURN_IF_ERROR(CheckKind(tag));
  DecodedExpression decoded;
  decoded.wording.text = "EVERYONE";
  if (request.has_expression()) {
    ASSIGN_OR_RETURN(decoded, DecodeSource(request.expression(), "expression"));
  }
  const absl::Time start = absl::Now();
  const query::SummaryQuestion question{decoded.wording, std::move(tag), std::move(millionths)};
  ASSIGN_OR_RETURN(const query::SummaryAnswer answer,
                   query::SummarizeNumber(question, at, call.budget, call.helpers));
  if (!answer.problems.empty()) return ProblemsError("expression", request.expression(), answer.problems);
  EncodeSummary(answer.summary, question.tag, population.time_zone(), response);
  EncodeWarnings("expression", request.expression(), answer.warnings, *response.mutable_warnings());
  response.mutable_notices()->Assign(answer.notices.begin(), answer.notices.end());
  response.set_snapshot(
      context.tokens.SealSnapshot({population.name(), answer.pins, answer.today, answer.saved}));
  response.set_today(DateText(answer.today));
  response.set_evaluation_us(MicrosSince(start));
  return absl::OkStatus();
}

}  // namespace muster::server
