#include "server/services/unary_call.h"

#include "server/wire/error_status.h"

namespace muster::server {

grpc::ServerUnaryReactor* UnaryCall::Start(WorkerPool& workers, const grpc::CallbackServerContext& context,
                                           Work work) {
  auto* call = new UnaryCall(context.deadline(), std::move(work));
  const absl::Status queued = workers.Submit(Lane::kQuestion, [call] { call->Run(); });
  if (!queued.ok()) call->Finish(ToGrpcStatus(queued));
  return call;
}

void UnaryCall::Run() {
  // Finish is the last step: gRPC may delete the call before it returns.
  Finish(ToGrpcStatus(work_(stop_)));
}

}  // namespace muster::server
