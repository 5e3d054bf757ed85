// Loads that a population has had, and those that are under way.
#ifndef MUSTER_SERVER_ANSWERS_SAVED_LOAD_LISTINGS_H_
#define MUSTER_SERVER_ANSWERS_SAVED_LOAD_LISTINGS_H_

#include <functional>

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

// LoadService.StreamRejected. Calls `write` for each message; when it returns false, the client has stopped
// reading.
absl::Status StreamRejected(const AnswerContext& context, const v1::StreamRejectedRequest& request,
                            const CallContext& call,
                            const std::function<bool(const v1::StreamRejectedResponse&)>& write);

}  // namespace muster::server

#endif  // MUSTER_SERVER_ANSWERS_SAVED_LOAD_LISTINGS_H_
