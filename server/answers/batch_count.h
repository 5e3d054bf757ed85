// BatchCountMembers: many expressions, one snapshot, one answer.
#ifndef MUSTER_SERVER_ANSWERS_BATCH_COUNT_H_
#define MUSTER_SERVER_ANSWERS_BATCH_COUNT_H_

#include "absl/status/status.h"
#include "muster/v1/query_service.pb.h"
#include "server/answers/answer_context.h"
#include "server/answers/call_context.h"

namespace muster::server {

// Fails as a whole for errors that affect all expressions (population, snapshot, limits, the budget). An
// error of one expression goes into that result.
absl::Status BatchCountMembers(const AnswerContext& context, const v1::BatchCountMembersRequest& request,
                               const CallContext& call, v1::BatchCountMembersResponse& response);

}  // namespace muster::server

#endif  // MUSTER_SERVER_ANSWERS_BATCH_COUNT_H_
