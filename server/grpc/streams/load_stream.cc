#include "server/grpc/streams/load_stream.h"

#include <utility>

#include "index/status/status_facts.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
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
      answer_(make_answer(context.answers, caller_.principal, *this)),
      response_(response),
      silence_(context.load_lease, [this](const absl::Status& why) { OnSilence(why); }),
      memory_(context.load_memory),
      memory_late_(context.load_memory_patience, [this](const absl::Status&) { OnMemoryLate(); }) {}

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
  absl::Status status = why.ok() ? SilentForItsLease(context_.load_lease) : why;
  context_.workers.Resume(Lane::kLoad, [this, status = std::move(status)] { End(status); });
}

void LoadStream::OnReadDone(bool ok) {
  if (!silence_.Disarm()) return;
  WorkerPool::Task step = [this] { TakeMessage(); };
  if (!ok) {
    step = [this] {
      const absl::Status stopped = stop_.Check();
      End(stopped.ok() ? EndedWithoutCommit() : stopped);
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

bool LoadStream::TryTake(uint64_t bytes, bool fair) {
  return fair ? memory_.TryTakeFair(bytes) : memory_.TryTake(bytes);
}

absl::StatusOr<bool> LoadStream::TakeOrWait(uint64_t bytes) {
  if (memory_.TryTake(bytes)) return true;
  const ServiceContext& context = context_;
  memory_late_.Arm();
  const absl::Status asked = memory_.Ask(bytes, [this, &context](const absl::Status& told) {
    if (!memory_late_.Disarm()) return;
    context.workers.Resume(Lane::kLoad, [this, told] {
      if (told.ok()) return TakeMessage();
      End(index::WithReason(told, index::Reason::kLoadMemory));
    });
  });
  if (asked.ok()) return false;
  memory_late_.Disarm();
  // The client has just cancelled.
  if (absl::IsCancelled(asked)) return asked;
  return index::WithLimit(asked, context_.load_memory.budget_bytes());
}

void LoadStream::OnMemoryLate() {
  memory_.Withdraw();
  context_.workers.Resume(Lane::kLoad, [this] {
    End(WaitedTooLongForMemory(context_.load_memory_patience, context_.load_memory.budget_bytes()));
  });
}

void LoadStream::OnCancel() {
  stop_.Cancel();
  if (!memory_.Withdraw() || !memory_late_.Disarm()) return;
  context_.workers.Resume(Lane::kLoad, [this] { End(stop_.Check()); });
}

void LoadStream::End(const absl::Status& status) {
  answer_->End(status);
  memory_.Settle(0);
  Finish(ToGrpcStatus(status));
}

}  // namespace muster::server
