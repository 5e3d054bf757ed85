#include "server/grpc/streams/commit_call.h"

#include "index/status/status_macros.h"
#include "server/grpc/grpc_status.h"
#include "server/grpc/message_bytes.h"

namespace muster::server {

using Next = FedAnswer::Next;

CommitCall::CommitCall(const ServiceContext& context, const grpc::CallbackServerContext& call,
                       grpc::ByteBuffer* response)
    : context_(context),
      caller_(call),
      stop_(call.deadline(), nullptr, &context.workers.ending()),
      budget_(stop_.Budget()),
      response_(response),
      memory_(
          context, [this] { Work(); }, [this](const absl::Status& why) { End(why); }),
      answer_(context.answers, caller_.principal, memory_) {}

CommitCall* CommitCall::Start(const ServiceContext& context, const grpc::CallbackServerContext& call,
                              const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
  auto* commit = new CommitCall(context, call, response);
  if (const absl::Status queued = commit->Queue(*request); !queued.ok()) commit->End(queued);
  return commit;
}

absl::Status CommitCall::Queue(const grpc::ByteBuffer& request) {
  ASSIGN_OR_RETURN(ticket_, context_.open_loads.Enter());
  return context_.workers.Submit(Lane::kLoad, [this, &request] {
    if (const absl::Status parsed = ParseMessage(request, request_); !parsed.ok()) return End(parsed);
    Work();
  });
}

void CommitCall::Work() {
  const absl::StatusOr<Next> next = Take();
  if (next.ok() && *next == Next::kWait) return;  // another thread may have gone on with the call
  if (next.ok() && *next == Next::kGoOn) return context_.workers.Resume(Lane::kLoad, [this] { Work(); });
  End(next.ok() ? SerializeMessage(answer_.response(), *response_) : next.status());
}

absl::StatusOr<Next> CommitCall::Take() {
  RETURN_IF_ERROR(stop_.Check());
  return answer_.Take(request_, caller_.With(budget_));
}

void CommitCall::OnCancel() {
  stop_.Cancel();
  if (memory_.Cancel()) context_.workers.Resume(Lane::kLoad, [this] { End(stop_.Check()); });
}

void CommitCall::End(const absl::Status& status) {
  answer_.End(status);
  memory_.Settle(0);
  Finish(ToGrpcStatus(status));
}

}  // namespace muster::server
