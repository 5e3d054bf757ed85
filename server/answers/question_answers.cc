#include "server/answers/question_answers.h"

#include <memory>
#include <vector>

#include "absl/time/clock.h"
#include "index/status/status_macros.h"
#include "server/answers/asking.h"
#include "server/answers/elapsed.h"
#include "server/wire/answer_messages.h"
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

}  // namespace muster::server
