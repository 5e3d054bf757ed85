// Loads that a population has had, and those that are under way.
#ifndef MUSTER_SERVER_ANSWERS_SAVED_LOAD_LISTINGS_H_
#define MUSTER_SERVER_ANSWERS_SAVED_LOAD_LISTINGS_H_

#include "absl/status/status.h"
#include "muster/v1/load_service.pb.h"
#include "server/answers/answer_context.h"
#include "server/answers/call_context.h"

namespace muster::server {

// LoadService.GetLoad.
absl::Status GetLoad(const AnswerContext& context, const v1::GetLoadRequest& request, const CallContext& call,
                     v1::GetLoadResponse& response);
// LoadService.ListLoads.
absl::Status ListLoads(const AnswerContext& context, const v1::ListLoadsRequest& request,
                       const CallContext& call, v1::ListLoadsResponse& response);

}  // namespace muster::server

#endif  // MUSTER_SERVER_ANSWERS_SAVED_LOAD_LISTINGS_H_
