#include "server/grpc/unary_call.h"

#include <utility>

#include "server/grpc/grpc_status.h"

namespace muster::server {

UnaryCall::UnaryCall(const ServiceContext& services, grpc::CallbackServerContext& context, Work work)
    : workers_(services.workers),
      events_(services.answers.events),
      reactor_(context.DefaultReactor()),
      caller_(context),
      stop_(
          context.deadline(), [&context] { return context.IsCancelled(); }, &services.workers.ending()),
      work_(std::move(work)) {}

grpc::ServerUnaryReactor* UnaryCall::Start(const ServiceContext& services, Turn turn, size_t request_bytes,
                                           grpc::CallbackServerContext& context, Work work) {
  auto* call = new UnaryCall(services, context, std::move(work));
  WorkerPool& workers = services.workers;
  grpc::ServerUnaryReactor* const reactor = call->reactor_;
  if (const absl::Status room = call->request_.Take(services.request_memory, request_bytes); !room.ok()) {
    call->Finish(room);
    return reactor;
  }
  if (turn == Turn::kAtOnce) {
    if (workers.EnterAtOnce()) {
      call->RunAtOnce();
      return reactor;
    }
    turn = NextTurn(turn);
  }
  const absl::Status queued = workers.Submit(LaneOf(turn), [call, turn] { call->Run(turn); });
  if (!queued.ok()) call->Finish(queued);
  return reactor;
}

void UnaryCall::RunAtOnce() {
  WorkerPool& workers = workers_;
  Run(Turn::kAtOnce);
  workers.LeaveAtOnce();
}

void UnaryCall::Run(Turn turn) {
  WorkBudget budget = stop_.Budget(LimitsOf(turn));
  // At once without helpers: borrowing threads would cost more than the whole call.
  absl::Status status = work_(caller_.With(budget, turn == Turn::kAtOnce ? nullptr : &workers_));
  if (budget.ran_out()) {
    const Turn next = NextTurn(turn);
    status = workers_.Defer(LaneOf(next), [this, next] { Run(next); });
    if (status.ok()) return;
  }
  Finish(status);
}

void UnaryCall::Finish(const absl::Status& status) {
  grpc::ServerUnaryReactor* const reactor = reactor_;
  events_.Failed(status);
  const grpc::Status sent = ToGrpcStatus(status);
  delete this;
  // gRPC may delete the call, and what its context holds, before this returns.
  reactor->Finish(sent);
}

}  // namespace muster::server
