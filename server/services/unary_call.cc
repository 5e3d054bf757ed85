#include "server/services/unary_call.h"

#include <chrono>

#include "server/admission/brief_stop.h"
#include "server/services/arrivals.h"
#include "server/wire/error_status.h"

namespace muster::server {
namespace {

// After which gRPC's thread gives a call up to a worker: what it does meanwhile is to read sockets. Estimates
// keep nearly all calls far below; this is for pages that come from a disk, and for estimates that err.
constexpr std::chrono::milliseconds kMostAtOnce(5);

Lane LaneOf(Patience patience) { return patience == Patience::kLong ? Lane::kLongQuestion : Lane::kQuestion; }

}  // namespace

UnaryCall::UnaryCall(const ServiceContext& services, grpc::CallbackServerContext& context, Work work)
    : workers_(services.workers),
      events_(services.events),
      reactor_(context.DefaultReactor()),
      stop_(
          context.deadline(), [&context] { return context.IsCancelled(); }, &services.workers.ending()),
      work_(std::move(work)) {}

grpc::ServerUnaryReactor* UnaryCall::Start(const ServiceContext& services, Patience patience,
                                           size_t request_bytes, grpc::CallbackServerContext& context,
                                           Work work) {
  auto* call = new UnaryCall(services, context, std::move(work));
  WorkerPool& workers = services.workers;
  grpc::ServerUnaryReactor* const reactor = call->reactor_;
  if (const absl::Status room = call->request_.Take(services.request_memory, request_bytes); !room.ok()) {
    call->Finish(room);
    return reactor;
  }
  if (patience == Patience::kAtOnce) {
    if (Arrivals::Since(context) == 0 && workers.EnterAtOnce()) {
      call->RunAtOnce();
      return reactor;
    }
    patience = Patience::kShort;
  }
  const absl::Status queued = workers.Submit(LaneOf(patience), [call, patience] { call->Run(patience); });
  if (!queued.ok()) call->Finish(queued);
  return reactor;
}

void UnaryCall::RunAtOnce() {
  WorkerPool& workers = workers_;
  const BriefStop brief(stop_, kMostAtOnce);
  Answered answered = work_({brief, Patience::kAtOnce});
  if (brief.ran_out()) answered.reset();
  End(std::move(answered), Patience::kShort);
  workers.LeaveAtOnce();
}

void UnaryCall::Run(Patience patience) { End(work_({stop_, patience}), Patience::kLong); }

void UnaryCall::End(Answered answered, Patience next) {
  if (!answered.has_value()) {
    answered = workers_.Defer(LaneOf(next), [this, next] { Run(next); });
    if (answered->ok()) return;
  }
  Finish(*answered);
}

void UnaryCall::Finish(const absl::Status& status) {
  grpc::ServerUnaryReactor* const reactor = reactor_;
  events_.Failed(status);
  const grpc::Status sent = ToGrpcStatus(status);
  delete this;
  // gRPC may forget the call, and what its context holds, before this returns.
  reactor->Finish(sent);
}

}  // namespace muster::server
