// Answers of QueryService about one member.
#ifndef MUSTER_SERVER_ANSWERS_MEMBERS_MEMBER_LOOKUP_H_
#define MUSTER_SERVER_ANSWERS_MEMBERS_MEMBER_LOOKUP_H_

#include "absl/status/status.h"
#include "muster/v1/query_service.pb.h"
#include "server/answers/answer_context.h"
#include "server/answers/call_context.h"

namespace muster::server {

// Answers the method as the proto describes; statuses carry their reasons. Thread-safe.
absl::Status LookupMember(const AnswerContext& context, const v1::LookupMemberRequest& request,
                          const CallContext& call, v1::LookupMemberResponse& response);

}  // namespace muster::server

#endif  // MUSTER_SERVER_ANSWERS_MEMBERS_MEMBER_LOOKUP_H_
