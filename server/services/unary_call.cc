#include "server/services/unary_call.h"

#include <memory>

#include "server/wire/error_status.h"

namespace muster::server {

UnaryCall::UnaryCall(grpc::CallbackServerContext& context, Work work)
    : reactor_(context.DefaultReactor()),
      stop_(context.deadline(), [&context] { return context.IsCancelled(); }),
      work_(std::move(work)) {}

grpc::ServerUnaryReactor* UnaryCall::Start(WorkerPool& workers, grpc::CallbackServerContext& context,
                                           Work work) {
  auto* call = new UnaryCall(context, std::move(work));
  grpc::ServerUnaryReactor* const reactor = call->reactor_;
  const absl::Status queued = workers.Submit(Lane::kQuestion, [call] { call->Run(); });
  if (!queued.ok()) {
    delete call;
    reactor->Finish(ToGrpcStatus(queued));
  }
  return reactor;
}

void UnaryCall::Run() {
  const std::unique_ptr<UnaryCall> ends(this);
  // Finish is the last step: gRPC may forget the call, and what its context holds, before it returns.
  reactor_->Finish(ToGrpcStatus(work_(stop_)));
}

}  // namespace muster::server
