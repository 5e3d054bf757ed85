// ParseExpression: how an expression is understood, without evaluating it.
#ifndef MUSTER_SERVER_ANSWERS_PARSE_ANSWER_H_
#define MUSTER_SERVER_ANSWERS_PARSE_ANSWER_H_

#include "absl/status/status.h"
#include "muster/v1/query_service.pb.h"
#include "server/answers/answer_context.h"
#include "server/answers/call_context.h"

namespace muster::server {

// Problems of the expression are in the response; a status reports a problem of the request, and carries its
// reason. Thread-safe.
absl::Status ParseExpression(const AnswerContext& context, const v1::ParseExpressionRequest& request,
                             const CallContext& call, v1::ParseExpressionResponse& response);

}  // namespace muster::server

#endif  // MUSTER_SERVER_ANSWERS_PARSE_ANSWER_H_
