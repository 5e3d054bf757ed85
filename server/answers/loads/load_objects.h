// BeginLoad and AbortLoad: how loads that are fed in parts begin, and how open loads end without being published.
#ifndef MUSTER_SERVER_ANSWERS_LOADS_LOAD_OBJECTS_H_
#define MUSTER_SERVER_ANSWERS_LOADS_LOAD_OBJECTS_H_

#include "absl/status/status.h"
#include "muster/v1/load_service.pb.h"
#include "server/answers/answer_context.h"
#include "server/answers/call_context.h"

namespace muster::server {

absl::Status BeginLoad(const AnswerContext& context, const v1::BeginLoadRequest& request,
                       const CallContext& call, v1::BeginLoadResponse& response);
absl::Status AbortLoad(const AnswerContext& context, const v1::AbortLoadRequest& request,
                       const CallContext& call, v1::AbortLoadResponse& response);

}  // namespace muster::server

#endif  // MUSTER_SERVER_ANSWERS_LOADS_LOAD_OBJECTS_H_
