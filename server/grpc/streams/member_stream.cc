#include "server/grpc/streams/member_stream.h"

#include <utility>

#include "index/status/status_macros.h"
#include "server/grpc/grpc_status.h"
#include "server/grpc/message_bytes.h"

namespace muster::server {
namespace {

// What one stream holds while its client doesn't read. When many streams are open each holds less, so that
// 1,000 hold some 130 MiB together; the price is that their scans restart more often.
constexpr ListingPortion kOfFew{.ordinals = 65'536, .bytes = size_t{256} << 10};
constexpr ListingPortion kOfMany{.ordinals = 8'192, .bytes = size_t{32} << 10};
constexpr int kFew = 64;

ListingPortion PortionOf(const ServiceContext& context) {
  return context.open_streams.open() <= kFew ? kOfFew : kOfMany;
}

}  // namespace

MemberStream::MemberStream(const ServiceContext& context, grpc::CallbackServerContext& call,
                           const grpc::ByteBuffer& request)
    : context_(context),
      caller_(call),
      stop_(call.deadline(), nullptr, &context.workers.ending()),
      budget_(stop_.Budget()),
      request_(request),
      write_(std::make_shared<PendingWrite>(call.c_call())) {}

MemberStream* MemberStream::Start(const ServiceContext& context, grpc::CallbackServerContext& call,
                                  const grpc::ByteBuffer& request) {
  auto* stream = new MemberStream(context, call, request);
  absl::StatusOr<CallLimit::Ticket> ticket = context.open_streams.Enter(stream->write_);
  absl::Status admitted = ticket.status();
  if (admitted.ok()) admitted = stream->request_memory_.Take(context.request_memory, request.Length());
  if (admitted.ok()) {
    stream->ticket_ = *std::move(ticket);
    admitted = context.workers.Submit(Lane::kLongQuestion, [stream] { stream->Step(/*first=*/true); });
  }
  if (!admitted.ok()) {
    context.answers.events.Failed(admitted);
    stream->Finish(ToGrpcStatus(admitted));
  }
  return stream;
}

void MemberStream::OnWriteDone(bool ok) {
  write_->Done();
  // After a failed write the next step finds the call cancelled and finishes it.
  if (!ok) stop_.Cancel();
  context_.workers.Resume(Lane::kLongQuestion, [this] { Step(/*first=*/false); });
}

absl::Status MemberStream::MakeFirst(v1::StreamMembersResponse& message) {
  v1::StreamMembersRequest request;
  RETURN_IF_ERROR(ParseMessage(request_, request));
  return listing_.Begin(context_.answers, request, caller_.With(budget_, &context_.workers), message);
}

void MemberStream::Step(bool first) {
  v1::StreamMembersResponse message;
  absl::Status status = stop_.Check();
  if (status.ok()) {
    status = first ? MakeFirst(message) : listing_.Continue(PortionOf(context_), budget_, message);
  }
  const bool ended = status.ok() && !first && message.member_ids().empty();
  if (status.ok() && !ended) {
    out_.Clear();
    status = SerializeMessage(message, out_);
  }
  if (status.ok() && !ended) {
    write_->Begins();
    StartWrite(&out_);
  } else {
    // The snapshot's lease ends with the last message, not with the client's last acknowledgement.
    listing_ = MemberListing();
    context_.answers.events.Failed(status);
    Finish(ToGrpcStatus(status));
  }
}

}  // namespace muster::server
