// VerifyPopulation: the checks of a population, one message at a time.
#ifndef MUSTER_SERVER_ANSWERS_VERIFICATION_H_
#define MUSTER_SERVER_ANSWERS_VERIFICATION_H_

#include <functional>

#include "absl/status/status.h"
#include "muster/v1/admin_service.pb.h"
#include "server/answers/answer_context.h"
#include "server/answers/call_context.h"

namespace muster::server {

// Takes minutes. Calls `write` when a check has ended, and at most twice a second with its progress; when it
// returns false (the client has stopped reading), the verification ends. Thread-safe.
absl::Status VerifyPopulation(const AnswerContext& context, const v1::VerifyPopulationRequest& request,
                              const CallContext& call,
                              const std::function<bool(const v1::VerifyPopulationResponse&)>& write);

}  // namespace muster::server

#endif  // MUSTER_SERVER_ANSWERS_VERIFICATION_H_
