#include "server/grpc/streams/verify_stream.h"

#include <utility>

#include "index/status/status_macros.h"
#include "server/answers/verification.h"
#include "server/grpc/grpc_status.h"
#include "server/grpc/message_bytes.h"

namespace muster::server {

VerifyStream::VerifyStream(const ServiceContext& context, grpc::CallbackServerContext& call,
                           const grpc::ByteBuffer& request)
    : context_(context),
      caller_(call),
      stop_(call.deadline(), nullptr, &context.workers.ending()),
      budget_(stop_.Budget()),
      request_(request),
      write_(std::make_shared<PendingWrite>(call.c_call())) {}

VerifyStream* VerifyStream::Start(const ServiceContext& context, CallLimit& limit,
                                  grpc::CallbackServerContext& call, const grpc::ByteBuffer& request) {
  auto* stream = new VerifyStream(context, call, request);
  absl::StatusOr<CallLimit::Ticket> ticket = limit.Enter(stream->write_);
  if (!ticket.ok()) {
    stream->Finish(ToGrpcStatus(ticket.status()));
    return stream;
  }
  stream->ticket_ = *std::move(ticket);
  MutexLock lock(stream->mutex_);  // the thread waits until its own handle is there
  stream->thread_ = std::thread([stream] {
    { MutexLock started(stream->mutex_); }
    const absl::Status done = stream->Verify();
    stream->ticket_ = CallLimit::Ticket();
    stream->Finish(ToGrpcStatus(done));
  });
  return stream;
}

void VerifyStream::OnWriteDone(bool ok) {
  write_->Done();
  if (!ok) stop_.Cancel();
  MutexLock lock(mutex_);
  writing_ = false;
  written_.NotifyAll();
}

void VerifyStream::OnCancel() { stop_.Cancel(); }

void VerifyStream::OnDone() {
  if (thread_.joinable()) {
    thread_.get_id() == std::this_thread::get_id() ? thread_.detach() : thread_.join();
  }
  delete this;
}

absl::Status VerifyStream::Verify() {
  v1::VerifyPopulationRequest request;
  RETURN_IF_ERROR(ParseMessage(request_, request));
  return VerifyPopulation(context_.answers, request, caller_.With(budget_),
                          [this](const v1::VerifyPopulationResponse& message) { return Write(message); });
}

bool VerifyStream::Write(const v1::VerifyPopulationResponse& message) {
  out_.Clear();
  if (!SerializeMessage(message, out_).ok()) return false;
  MutexLock lock(mutex_);
  writing_ = true;
  write_->Begins();
  StartWrite(&out_);
  while (writing_) written_.Wait(mutex_);
  return true;
}

}  // namespace muster::server
