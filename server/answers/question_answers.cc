#include "server/answers/question_answers.h"

#include <memory>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "index/status/status_facts.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "server/answers/asking.h"
#include "server/answers/elapsed.h"
#include "server/wire/answer_messages.h"
#include "server/wire/catalog_messages.h"
#include "server/wire/error_status.h"
#include "server/wire/expressions/plan_messages.h"
#include "server/wire/expressions/problem_messages.h"
#include "server/wire/segment_messages.h"

namespace muster::server {

absl::Status CountMembers(const AnswerContext& context, const v1::CountMembersRequest& request,
                          const CallContext& call, v1::CountMembersResponse& response) {
  ASSIGN_OR_RETURN(const QuestionPtr question,
                   Ask(context, ViewFieldsOf(request), request.expression(), call.budget));
  const absl::Time start = absl::Now();
  ASSIGN_OR_RETURN(uint64_t count, question->Count(call.budget, nullptr, call.helpers));
  response.set_evaluation_us(MicrosSince(start));
  response.set_count(count);
  response.set_population_member_count(question->member_count());
  ASSIGN_OR_RETURN(std::vector<query::UnknownCount> unknown, question->Unknown());
  EncodeUnknown(unknown, *response.mutable_unknown());
  EncodeWarnings("expression", request.expression(), question->warnings(), *response.mutable_warnings());
  for (const std::string& notice : question->notices()) response.add_notices(notice);
  ASSIGN_OR_RETURN(*response.mutable_receipt(), ReceiptOf(context, *question, count));
  return absl::OkStatus();
}

absl::Status ExplainExpression(const AnswerContext& context, const v1::ExplainExpressionRequest& request,
                               const CallContext& call, v1::ExplainExpressionResponse& response) {
  query::PreparationTimes times;
  ASSIGN_OR_RETURN(const QuestionPtr question,
                   Ask(context, ViewFieldsOf(request), request.expression(), call.budget, &times));
  ASSIGN_OR_RETURN(query::Explanation explanation, question->Explain(call.budget));
  response.set_understanding_us(times.understanding_us);
  response.set_planning_us(times.planning_us);
  response.set_canonical(question->canonical());
  EncodeExplanation(explanation, response);
  EncodeExplained(question->segments(), response);
  EncodeWarnings("expression", request.expression(), question->warnings(), *response.mutable_warnings());
  for (const std::string& notice : question->notices()) response.add_notices(notice);
  return absl::OkStatus();
}

absl::Status LookupMember(const AnswerContext& context, const v1::LookupMemberRequest& request,
                          const CallContext& call, v1::LookupMemberResponse& response) {
  ASSIGN_OR_RETURN(std::shared_ptr<index::Population> population,
                   FindPopulation(context.database, request.population()));
  if (request.member_id().empty()) return FieldError("member_id", "the member id is empty: say who is meant");
  ASSIGN_OR_RETURN(const query::ViewPtr view, population->CurrentView());
  ASSIGN_OR_RETURN(std::optional<index::Ordinal> ordinal, view->members().Find(request.member_id()));
  if (!ordinal.has_value()) {
    const absl::Status unknown = index::WithReason(
        absl::NotFoundError(
            absl::StrCat("The population `", request.population(), "` has no member `", request.member_id(),
                         "`: ids are compared byte for byte; check capitals, zeros and spaces.")),
        index::Reason::kUnknownMember);
    return index::WithFact(unknown, index::kFactValue, request.member_id());
  }
  ASSIGN_OR_RETURN(index::MemberProfile profile,
                   view->members().Profile(*ordinal, population->time_zone(), call.budget));
  response.set_member_id(request.member_id());
  EncodeProfile(profile, response);
  return absl::OkStatus();
}

}  // namespace muster::server
