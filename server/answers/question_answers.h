// Answers of QueryService about one expression.
#ifndef MUSTER_SERVER_ANSWERS_QUESTION_ANSWERS_H_
#define MUSTER_SERVER_ANSWERS_QUESTION_ANSWERS_H_

#include "absl/status/status.h"
#include "muster/v1/query_service.pb.h"
#include "server/answers/answer_context.h"
#include "server/answers/call_context.h"

namespace muster::server {

// Each answers one method as the proto describes; statuses carry their reasons. Thread-safe.
absl::Status CountMembers(const AnswerContext& context, const v1::CountMembersRequest& request,
                          const CallContext& call, v1::CountMembersResponse& response);
absl::Status ExplainExpression(const AnswerContext& context, const v1::ExplainExpressionRequest& request,
                               const CallContext& call, v1::ExplainExpressionResponse& response);

}  // namespace muster::server

#endif  // MUSTER_SERVER_ANSWERS_QUESTION_ANSWERS_H_
