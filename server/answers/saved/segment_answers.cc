#include "server/answers/saved/segment_answers.h"

#include <memory>
#include <string>
#include <utility>

#include "index/catalog/names.h"
#include "index/segments/segment_store.h"
#include "index/status/status_macros.h"
#include "query/questions/definition_check.h"
#include "query/questions/definition_salts.h"
#include "query/questions/users_check.h"
#include "server/answers/asking.h"
#include "server/wire/answer_messages.h"
#include "server/wire/error_status.h"
#include "server/wire/expressions/expression_source.h"
#include "server/wire/expressions/problem_messages.h"
#include "server/wire/segment_messages.h"

namespace muster::server {
namespace {

constexpr size_t kStandardPageSize = 100;
constexpr size_t kMaxPageSize = 1'000;
// Bound on the texts of a page. Its last segment may add a MiB; clients accept messages of 4 MiB.
constexpr size_t kPageBytes = size_t{2} << 20;
constexpr char kExpression[] = "expression";

// The population and the segment that a request names. A plain value.
struct NamedSegment {
  std::shared_ptr<index::Population> population;
  std::string name;  // in normal form C
};

template <typename Request>
absl::StatusOr<NamedSegment> Find(const AnswerContext& context, const Request& request) {
  NamedSegment named;
  ASSIGN_OR_RETURN(named.population, FindPopulation(context.database, request.population()));
  if (request.name().empty())
    return FieldError("name", "the name is missing: say what the segment is called");
  absl::StatusOr<std::string> normal = index::NormalSegmentName(request.name());
  if (!normal.ok()) return AtField(normal.status(), "name");
  named.name = *std::move(normal);
  return named;
}

// The definition made from a request's expression, checked against the population's current state. Warnings
// go into the response.
template <typename Request, typename Response>
absl::StatusOr<query::CheckedDefinition> Check(const NamedSegment& named, const Request& request,
                                               WorkBudget& budget, Response& response) {
  ASSIGN_OR_RETURN(const DecodedExpression decoded, DecodeSource(request.expression(), kExpression));
  query::Standpoint now;
  ASSIGN_OR_RETURN(now.view, named.population->CurrentView());
  ASSIGN_OR_RETURN(query::CheckedDefinition checked,
                   query::CheckDefinition(decoded.wording, named.name, std::move(now), budget));
  if (!checked.problems.empty()) return ProblemsError(kExpression, request.expression(), checked.problems);
  EncodeWarnings(kExpression, request.expression(), checked.warnings, *response.mutable_warnings());
  for (const std::string& notice : checked.notices) response.add_notices(notice);
  return checked;
}

// Adds a warning for salts whose buckets are not stored to the response of a saved definition. Since the
// segment is saved, an error only costs the warning.
template <typename Request, typename Response>
void WarnOfSalts(const NamedSegment& named, const Request& request, const query::CheckedDefinition& saved,
                 Response& response) {
  if (saved.salts.empty()) return;
  const absl::StatusOr<std::vector<query::Problem>> warnings =
      query::WarnOfSalts(saved.salts, named.population->salts());
  if (warnings.ok())
    EncodeWarnings(kExpression, request.expression(), *warnings, *response.mutable_warnings());
}

// Attaches the request's field `expression` to a refusal of the definition.
absl::Status AtExpression(const absl::Status& refusal) {
  return absl::IsInvalidArgument(refusal) ? AtField(refusal, kExpression) : refusal;
}

// Checked before a change: when the turn has run out, the call starts over in a longer one.
absl::Status StillInTurn(const WorkBudget& budget) {
  RETURN_IF_ERROR(budget.Check());
  return budget.ran_out() ? absl::ResourceExhaustedError("The work needs a longer turn.") : absl::OkStatus();
}

}  // namespace

absl::Status CreateSegment(const AnswerContext& context, const v1::CreateSegmentRequest& request,
                           const CallContext& call, v1::CreateSegmentResponse& response) {
  ASSIGN_OR_RETURN(const NamedSegment named, Find(context, request));
  ASSIGN_OR_RETURN(const query::CheckedDefinition checked, Check(named, request, call.budget, response));
  RETURN_IF_ERROR(StillInTurn(call.budget));
  const absl::StatusOr<index::Segment> created =
      named.population->segments().Create(named.name, checked.definition);
  if (!created.ok()) return AtExpression(created.status());
  WarnOfSalts(named, request, checked, response);
  *response.mutable_segment() = EncodeSegment(*created, named.population->time_zone());
  return absl::OkStatus();
}

absl::Status GetSegment(const AnswerContext& context, const v1::GetSegmentRequest& request,
                        const CallContext&, v1::GetSegmentResponse& response) {
  ASSIGN_OR_RETURN(const NamedSegment named, Find(context, request));
  ASSIGN_OR_RETURN(const index::Segment segment, named.population->segments().Get(named.name));
  ASSIGN_OR_RETURN(const std::vector<query::DefinitionSalt> salts,
                   query::SaltsOf(segment.definition, named.population->salts()));
  *response.mutable_segment() = EncodeSegment(segment, named.population->time_zone());
  EncodeSalts(salts, *response.mutable_segment());
  return absl::OkStatus();
}

absl::Status ListSegments(const AnswerContext& context, const v1::ListSegmentsRequest& request,
                          const CallContext&, v1::ListSegmentsResponse& response) {
  ASSIGN_OR_RETURN(const size_t page_size,
                   DecodePageSize(request.page_size(), kStandardPageSize, kMaxPageSize));
  ASSIGN_OR_RETURN(const std::shared_ptr<index::Population> population,
                   FindPopulation(context.database, request.population()));
  v1::ListSegmentsRequest bound = request;
  bound.clear_page_size();
  bound.clear_page_token();
  const std::string digest = RequestDigest("ListSegments", bound);
  PageToken token;
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(token, context.tokens.OpenPage(request.page_token(), digest));
  }
  ASSIGN_OR_RETURN(const index::SegmentPage page,
                   population->segments().List(token.last_name, page_size, kPageBytes));
  for (const index::Segment& segment : page.segments)
    *response.add_segments() = EncodeSegment(segment, population->time_zone());
  if (!page.more) return absl::OkStatus();
  PageToken next;
  next.last_name = page.segments.back().name;
  response.set_next_page_token(context.tokens.SealPage(next, digest));
  return absl::OkStatus();
}

absl::Status UpdateSegment(const AnswerContext& context, const v1::UpdateSegmentRequest& request,
                           const CallContext& call, v1::UpdateSegmentResponse& response) {
  ASSIGN_OR_RETURN(const NamedSegment named, Find(context, request));
  // A missing segment is reported before problems of the expression.
  RETURN_IF_ERROR(named.population->segments().Get(named.name).status());
  ASSIGN_OR_RETURN(const query::CheckedDefinition checked, Check(named, request, call.budget, response));
  const absl::Status users =
      query::CheckUsers(*named.population, named.name, checked.definition, call.budget);
  if (!users.ok()) return AtExpression(users);
  RETURN_IF_ERROR(StillInTurn(call.budget));
  const absl::StatusOr<index::Segment> updated =
      named.population->segments().Update(named.name, checked.definition, DecodeEtag(request.etag()));
  if (!updated.ok()) return AtExpression(updated.status());
  WarnOfSalts(named, request, checked, response);
  *response.mutable_segment() = EncodeSegment(*updated, named.population->time_zone());
  return absl::OkStatus();
}

absl::Status DeleteSegment(const AnswerContext& context, const v1::DeleteSegmentRequest& request,
                           const CallContext&, v1::DeleteSegmentResponse& response) {
  ASSIGN_OR_RETURN(const NamedSegment named, Find(context, request));
  ASSIGN_OR_RETURN(const index::Segment deleted,
                   named.population->segments().Delete(named.name, DecodeEtag(request.etag())));
  *response.mutable_segment() = EncodeSegment(deleted, named.population->time_zone());
  return absl::OkStatus();
}

}  // namespace muster::server
