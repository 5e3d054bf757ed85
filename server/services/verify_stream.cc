#include "server/services/verify_stream.h"

#include <string>
#include <utility>

#include "index/status/status_macros.h"
#include "server/services/asking.h"
#include "server/services/message_bytes.h"
#include "server/wire/check_messages.h"
#include "server/wire/error_status.h"

namespace muster::server {
namespace {

constexpr std::chrono::milliseconds kBetweenMessages(500);

}  // namespace

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
  ASSIGN_OR_RETURN(const auto population, FindPopulation(context_.database, request.population()));
  const absl::StatusOr<uint64_t> problems =
      population->Verify([this](const index::Check& check, bool ended) { return Report(check, ended); });
  RETURN_IF_ERROR(stop_.Check());
  return problems.status();
}

bool VerifyStream::Report(const index::Check& check, bool ended) {
  if (!stop_.Check().ok()) return false;
  const auto now = std::chrono::steady_clock::now();
  if (!ended && now - last_message_ < kBetweenMessages) return true;
  last_message_ = now;
  out_.Clear();
  if (!SerializeMessage(EncodeCheck(check, ended), out_).ok()) return false;
  MutexLock lock(mutex_);
  writing_ = true;
  write_->Begins();
  StartWrite(&out_);
  while (writing_) written_.Wait(mutex_);
  return stop_.Check().ok();
}

}  // namespace muster::server
