#include "server/services/unary_call.h"

#include <chrono>

#include "server/services/arrivals.h"
#include "server/wire/error_status.h"

namespace muster::server {
namespace {

// After which gRPC's thread gives a call up to a worker: what it does meanwhile is to read sockets. Estimates
// keep nearly all calls far below; this is for pages that come from a disk, and for estimates that err.
constexpr std::chrono::milliseconds kMostAtOnce(5);

// Values of tags that are looked at in a short turn, some milliseconds, and at once.
constexpr uint64_t kMaxShortValues = 16'384;
constexpr uint64_t kMaxAtOnceValues = 256;
// Chunks of bitsets that are read in a short turn: 256 MiB. Five dense tags of 100 million members take a
// quarter. And at once: 4 MiB.
constexpr uint64_t kMaxShortChunks = 32'768;
constexpr uint64_t kMaxAtOnceChunks = 512;

WorkLimits LimitsOf(Turn turn) {
  switch (turn) {
    case Turn::kAtOnce:
      return {.values = kMaxAtOnceValues,
              .chunks = kMaxAtOnceChunks,
              .until = std::chrono::steady_clock::now() + kMostAtOnce};
    case Turn::kShort:
      return {.values = kMaxShortValues, .chunks = kMaxShortChunks};
    case Turn::kLong:
      break;
  }
  return {};
}

Lane LaneOf(Turn turn) { return turn == Turn::kLong ? Lane::kLongQuestion : Lane::kQuestion; }

}  // namespace

UnaryCall::UnaryCall(const ServiceContext& services, grpc::CallbackServerContext& context, Work work)
    : workers_(services.workers),
      events_(services.events),
      reactor_(context.DefaultReactor()),
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
    if (Arrivals::Since(context) == 0 && workers.EnterAtOnce()) {
      call->RunAtOnce();
      return reactor;
    }
    turn = Turn::kShort;
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
  // Borrowing threads costs more than a call that is answered at once.
  absl::Status status = work_({budget, turn == Turn::kAtOnce ? nullptr : &workers_});
  if (budget.ran_out()) {
    const Turn next = turn == Turn::kAtOnce ? Turn::kShort : Turn::kLong;
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
  // gRPC may forget the call, and what its context holds, before this returns.
  reactor->Finish(sent);
}

}  // namespace muster::server
