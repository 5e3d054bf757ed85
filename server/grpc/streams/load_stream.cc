#include "server/grpc/streams/load_stream.h"

#include <utility>

#include "index/status/status_macros.h"
#include "server/grpc/grpc_status.h"
#include "server/grpc/message_bytes.h"

namespace muster::server {

using Next = FedAnswer::Next;

LoadStream::LoadStream(const ServiceContext& context, const grpc::CallbackServerContext& call,
                       MakeAnswer make_answer, grpc::ByteBuffer* response)
    : context_(context),
      caller_(call),
      stop_(call.deadline(), nullptr, &context.workers.ending()),
      budget_(stop_.Budget()),
      memory_(
          context, [this] { TakeMessage(); }, [this](const absl::Status& why) { End(why); }),
      answer_(make_answer(context.answers, caller_.principal, memory_)),
      response_(response),
      silence_(context.load_lease, [this](const absl::Status& why) { OnSilence(why); }) {}

LoadStream* LoadStream::Start(const ServiceContext& context, const grpc::CallbackServerContext& call,
                              MakeAnswer make_answer, grpc::ByteBuffer* response) {
  auto* stream = new LoadStream(context, call, make_answer, response);
  absl::StatusOr<CallLimit::Ticket> ticket = context.open_loads.Enter(stream->silence_.call());
  if (!ticket.ok()) {
    stream->End(ticket.status());
    return stream;
  }
  stream->ticket_ = *std::move(ticket);
  stream->Read();
  return stream;
}

void LoadStream::Read() {
  silence_.Arm();
  StartRead(&in_);
}

void LoadStream::OnSilence(const absl::Status& why) {
  absl::Status status = why.ok() ? answer_->Silent(context_.load_lease) : why;
  context_.workers.Resume(Lane::kLoad, [this, status = std::move(status)] { End(status); });
}

void LoadStream::OnReadDone(bool ok) {
  if (!silence_.Disarm()) return;
  WorkerPool::Task step = [this] { TakeMessage(); };
  if (!ok) {
    step = [this] {
      absl::Status ended = stop_.Check();
      if (ended.ok()) ended = answer_->TakeEnd(caller_.With(budget_));
      End(ended.ok() ? SerializeMessage(answer_->response(), *response_) : ended);
    };
  }
  if (admitted_) {
    context_.workers.Resume(Lane::kLoad, std::move(step));
    return;
  }
  admitted_ = true;
  const absl::Status queued = context_.workers.Submit(Lane::kLoad, std::move(step));
  if (!queued.ok()) End(queued);
}

void LoadStream::TakeMessage() {
  const absl::StatusOr<Next> next = Take();
  if (next.ok() && *next == Next::kWait) return;  // another thread may have gone on with the stream
  if (next.ok() && *next == Next::kGoOn)
    return context_.workers.Resume(Lane::kLoad, [this] { TakeMessage(); });
  in_.Clear();
  if (next.ok() && *next == Next::kRead) {
    memory_.Settle(answer_->HeldBytes());
    Read();
  } else {
    End(next.ok() ? SerializeMessage(answer_->response(), *response_) : next.status());
  }
}

absl::StatusOr<Next> LoadStream::Take() {
  RETURN_IF_ERROR(stop_.Check());
  const std::unique_ptr<google::protobuf::Message> message = answer_->NewMessage();
  RETURN_IF_ERROR(ParseMessage(in_, *message));
  return answer_->TakeMessage(*message, in_.Length(), caller_.With(budget_));
}

void LoadStream::OnCancel() {
  stop_.Cancel();
  if (memory_.Cancel()) context_.workers.Resume(Lane::kLoad, [this] { End(stop_.Check()); });
}

void LoadStream::End(const absl::Status& status) {
  answer_->End(status);
  memory_.Settle(0);
  Finish(ToGrpcStatus(status));
}

}  // namespace muster::server
