#include "server/grpc/streams/member_stream.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "index/status/status_macros.h"
#include "server/grpc/grpc_status.h"
#include "server/grpc/message_bytes.h"

namespace muster::server {
namespace {

// The approximate memory of all streams together while their clients don't read. It is divided among the open
// streams: the more there are, the smaller their portions, and the more often their scans restart. Portions
// have a least size, so that more than some hundred streams exceed this: 1,000 streams hold some 130 MiB.
constexpr size_t kBytesOfAllStreams = size_t{96} << 20;
constexpr size_t kMessageBytesMin = size_t{32} << 10;
constexpr size_t kMessageBytesMax = size_t{256} << 10;
constexpr size_t kMessagesPerStepMax = 4;
constexpr size_t kOrdinalsPerStepMin = 4'096;
constexpr size_t kOrdinalsPerStepMax = size_t{1} << 17;

// A third of a stream's share is for ordinals, the rest for messages: those of one step, of the step before
// it, and one in flight.
ListingPortion PortionOf(const ServiceContext& context) {
  const size_t share = kBytesOfAllStreams / static_cast<size_t>(std::max(context.open_streams.open(), 1));
  const size_t bytes = std::clamp(share / 6, kMessageBytesMin, kMessageBytesMax);
  return {
      .ordinals = std::clamp(share / 3 / sizeof(index::Ordinal), kOrdinalsPerStepMin, kOrdinalsPerStepMax),
      .bytes = bytes,
      .messages = std::clamp(share / bytes / 4, size_t{1}, kMessagesPerStepMax)};
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

absl::Status MemberStream::MakeFirst(grpc::ByteBuffer& message) {
  v1::StreamMembersRequest request;
  RETURN_IF_ERROR(ParseMessage(request_, request));
  v1::StreamMembersResponse first;
  RETURN_IF_ERROR(listing_.Begin(context_.answers, request, caller_.With(budget_, &context_.workers), first));
  return SerializeMessage(first, message);
}

void MemberStream::Step(bool first) {
  const ListingPortion portion = PortionOf(context_);
  std::vector<grpc::ByteBuffer> made;
  absl::Status status = stop_.Check();
  if (status.ok() && first) {
    status = MakeFirst(made.emplace_back());
  } else if (status.ok()) {
    std::vector<ListedMembers> messages;
    status = listing_.Continue(portion, budget_, &context_.workers, messages);
    for (ListedMembers& message : messages) {
      made.push_back(JoinedBytes(std::move(message.head), std::move(message.body)));
    }
  }
  const bool ended = !status.ok() || made.empty();
  // The snapshot's lease ends with the last message, not with the client's last acknowledgement.
  if (ended) listing_ = MemberListing();
  if (!status.ok()) context_.answers.events.Failed(status);
  Next next;
  {
    MutexLock lock(mutex_);
    making_ = false;
    ended_ = ended;
    ahead_ = std::max<size_t>(1, portion.messages / 2);
    status_ = status;
    if (!status.ok()) made_.clear();
    if (status.ok()) std::move(made.begin(), made.end(), std::back_inserter(made_));
    next = Decide();
  }
  Do(next);
}

void MemberStream::OnWriteDone(bool ok) {
  write_->Done();
  Next next;
  {
    MutexLock lock(mutex_);
    writing_ = false;
    // After a failed write the next step finds the call cancelled and ends it.
    if (!ok) {
      stop_.Cancel();
      made_.clear();
    }
    next = Decide();
  }
  Do(next);
}

MemberStream::Next MemberStream::Decide() {
  Next next;
  next.write = !writing_ && !made_.empty();
  if (next.write) {
    out_ = std::move(made_.front());
    made_.pop_front();
    writing_ = true;
    write_->Begins();
  }
  next.make = !making_ && !ended_ && made_.size() < ahead_;
  if (next.make) making_ = true;
  next.finish = ended_ && !making_ && !writing_;
  if (next.finish) next.status = status_;
  return next;
}

void MemberStream::Do(const Next& next) {
  if (next.make) context_.workers.Resume(Lane::kLongQuestion, [this] { Step(/*first=*/false); });
  if (next.write) StartWrite(&out_);
  if (next.finish) Finish(ToGrpcStatus(next.status));
}

}  // namespace muster::server
