#include "server/services/unary_call.h"

#include "server/wire/error_status.h"

namespace muster::server {

UnaryCall::UnaryCall(WorkerPool& workers, grpc::CallbackServerContext& context, Work work)
    : workers_(workers),
      reactor_(context.DefaultReactor()),
      stop_(context.deadline(), [&context] { return context.IsCancelled(); }),
      work_(std::move(work)) {}

grpc::ServerUnaryReactor* UnaryCall::Start(WorkerPool& workers, Lane lane,
                                           grpc::CallbackServerContext& context, Work work) {
  auto* call = new UnaryCall(workers, context, std::move(work));
  grpc::ServerUnaryReactor* const reactor = call->reactor_;
  const absl::Status queued = workers.Submit(lane, [call, lane] { call->Run(lane); });
  if (!queued.ok()) call->Finish(queued);
  return reactor;
}

void UnaryCall::Run(Lane lane) {
  Answered answered = work_({stop_, lane == Lane::kLongQuestion});
  if (!answered.has_value()) {
    answered = workers_.Defer([this] { Run(Lane::kLongQuestion); });
    if (answered->ok()) return;
  }
  Finish(*answered);
}

void UnaryCall::Finish(const absl::Status& status) {
  grpc::ServerUnaryReactor* const reactor = reactor_;
  const grpc::Status sent = ToGrpcStatus(status);
  delete this;
  // gRPC may forget the call, and what its context holds, before this returns.
  reactor->Finish(sent);
}

}  // namespace muster::server
