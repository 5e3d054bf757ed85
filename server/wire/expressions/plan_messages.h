// Encodes how an expression was evaluated.
#ifndef MUSTER_SERVER_WIRE_EXPRESSIONS_PLAN_MESSAGES_H_
#define MUSTER_SERVER_WIRE_EXPRESSIONS_PLAN_MESSAGES_H_

#include "muster/v1/query_service.pb.h"
#include "query/questions/question.h"

namespace muster::server {

// Encodes the plan, the costs of its nodes, and the count, with their times.
void EncodeExplanation(const query::Explanation& explanation, v1::ExplainExpressionResponse& response);

}  // namespace muster::server

#endif  // MUSTER_SERVER_WIRE_EXPRESSIONS_PLAN_MESSAGES_H_
