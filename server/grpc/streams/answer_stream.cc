#include "server/grpc/streams/answer_stream.h"

#include <utility>

#include "server/grpc/grpc_status.h"

namespace muster::server {

AnswerStream::AnswerStream(const ServiceContext& context, grpc::CallbackServerContext& call,
                           const grpc::ByteBuffer& request, Answer answer)
    : context_(context),
      caller_(call),
      stop_(call.deadline(), nullptr, &context.workers.ending()),
      budget_(stop_.Budget()),
      request_(request),
      make_answer_(answer),
      write_(std::make_shared<PendingWrite>(call.c_call())) {}

AnswerStream* AnswerStream::Start(const ServiceContext& context, CallLimit& limit,
                                  grpc::CallbackServerContext& call, const grpc::ByteBuffer& request,
                                  Answer answer) {
  auto* stream = new AnswerStream(context, call, request, answer);
  absl::StatusOr<CallLimit::Ticket> ticket = limit.Enter(stream->write_);
  if (!ticket.ok()) {
    stream->Finish(ToGrpcStatus(ticket.status()));
    return stream;
  }
  stream->ticket_ = *std::move(ticket);
  MutexLock lock(stream->mutex_);  // the thread waits until its own handle is there
  stream->thread_ = std::thread([stream] {
    { MutexLock started(stream->mutex_); }
    const absl::Status done = stream->Run();
    stream->ticket_ = CallLimit::Ticket();
    stream->Finish(ToGrpcStatus(done));
  });
  return stream;
}

void AnswerStream::OnWriteDone(bool ok) {
  write_->Done();
  if (!ok) stop_.Cancel();
  MutexLock lock(mutex_);
  writing_ = false;
  written_.NotifyAll();
}

void AnswerStream::OnCancel() { stop_.Cancel(); }

void AnswerStream::OnDone() {
  if (thread_.joinable()) {
    thread_.get_id() == std::this_thread::get_id() ? thread_.detach() : thread_.join();
  }
  delete this;
}

absl::Status AnswerStream::Run() {
  return make_answer_(context_.answers, request_, caller_.With(budget_),
                      [this](const google::protobuf::Message& message) { return WriteOne(message); });
}

bool AnswerStream::WriteOne(const google::protobuf::Message& message) {
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
