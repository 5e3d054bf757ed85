#include "server/services/member_stream.h"

#include <algorithm>
#include <string>
#include <utility>

#include "index/status/status_macros.h"
#include "server/services/message_bytes.h"
#include "server/wire/error_status.h"
#include "server/wire/problem_messages.h"

namespace muster::server {
namespace {

// What one stream holds while its client doesn't read: ordinals that were scanned, and the ids of a message.
// Many streams hold less each, so that all 1,000 together hold some 130 MiB; a scan that starts again more
// often costs them time.
struct Portion {
  size_t ordinals;  // of one scan, 4 bytes each
  size_t bytes;     // of the ids of one message, about
};
constexpr Portion kOfFew{.ordinals = 65'536, .bytes = size_t{256} << 10};
constexpr Portion kOfMany{.ordinals = 8'192, .bytes = size_t{32} << 10};
constexpr int kFew = 64;
constexpr size_t kMembersPerMessage = 8'192;
constexpr size_t kLongestId = 480;

Portion PortionOf(const ServiceContext& context) {
  return context.open_streams.open() <= kFew ? kOfFew : kOfMany;
}

}  // namespace

MemberStream* MemberStream::Start(const ServiceContext& context, grpc::CallbackServerContext& call,
                                  const grpc::ByteBuffer& request) {
  auto* stream = new MemberStream(context, call, request);
  absl::StatusOr<CallLimit::Ticket> ticket = context.open_streams.Enter(stream->write_);
  absl::Status admitted = ticket.status();
  if (admitted.ok()) admitted = stream->request_memory_.Take(context.request_memory, request.Length());
  if (admitted.ok()) {
    stream->ticket_ = *std::move(ticket);
    admitted = context.workers.Submit(Lane::kLongQuestion, [stream] { stream->Step(&MemberStream::Begin); });
  }
  if (!admitted.ok()) {
    context.events.Failed(admitted);
    stream->Finish(ToGrpcStatus(admitted));
  }
  return stream;
}

void MemberStream::OnWriteDone(bool ok) {
  write_->Done();
  // After a failed write the next step finds the call cancelled, and finishes it.
  if (!ok) stop_.Cancel();
  context_.workers.Resume(Lane::kLongQuestion, [this] { Step(&MemberStream::Continue); });
}

void MemberStream::Step(absl::Status (MemberStream::*make)(v1::StreamMembersResponse&)) {
  v1::StreamMembersResponse message;
  absl::Status status = stop_.Check();
  if (status.ok()) status = (this->*make)(message);
  const bool ended = status.ok() && make == &MemberStream::Continue && message.member_ids().empty();
  if (status.ok() && !ended) {
    out_.Clear();
    status = SerializeMessage(message, out_);
  }
  if (status.ok() && !ended) {
    write_->Begins();
    StartWrite(&out_);
  } else {
    // The snapshot's lease ends with the last message, not with the client's last acknowledgement.
    asked_ = Asked();
    context_.events.Failed(status);
    Finish(ToGrpcStatus(status));
  }
}

absl::Status MemberStream::Begin(v1::StreamMembersResponse& message) {
  v1::StreamMembersRequest request;
  RETURN_IF_ERROR(ParseMessage(request_, request));
  ASSIGN_OR_RETURN(asked_, Ask(context_, request.population(), request.expression(), request.snapshot(),
                               request.today(), budget_));
  ASSIGN_OR_RETURN(uint64_t count, asked_.question->Count(budget_, nullptr, &context_.workers));
  remaining_ = request.limit() == 0 ? count : std::min<uint64_t>(request.limit(), count);
  message.set_total_count(count);
  EncodeWarnings("expression", request.expression(), asked_.question->warnings(),
                 *message.mutable_warnings());
  *message.mutable_receipt() = EncodeReceipt(context_.tokens, asked_, count);
  return absl::OkStatus();
}

absl::Status MemberStream::Scan() {
  const uint64_t most = std::min<uint64_t>(PortionOf(context_).ordinals, remaining_);
  ordinals_.clear();
  sent_ = 0;
  RETURN_IF_ERROR(
      asked_.question->Members(from_, budget_, [this, most](absl::Span<const index::Ordinal> batch) {
        const size_t taken = static_cast<size_t>(std::min<uint64_t>(batch.size(), most - ordinals_.size()));
        ordinals_.insert(ordinals_.end(), batch.begin(), batch.begin() + static_cast<std::ptrdiff_t>(taken));
        return ordinals_.size() < most;
      }));
  scanned_all_ = ordinals_.size() < most;
  if (!ordinals_.empty()) from_ = ordinals_.back() + 1;
  return absl::OkStatus();
}

absl::Status MemberStream::Continue(v1::StreamMembersResponse& message) {
  if (remaining_ == 0) return absl::OkStatus();
  if (sent_ == ordinals_.size() && !scanned_all_) {
    RETURN_IF_ERROR(Scan());
  }
  const size_t most_bytes = PortionOf(context_).bytes;
  // In steps, each of which fits whatever its ids, so that none is looked up twice.
  size_t bytes = 0;
  while (bytes < most_bytes && remaining_ > 0 && sent_ < ordinals_.size()) {
    const uint64_t waiting = std::min<uint64_t>(ordinals_.size() - sent_, remaining_);
    const size_t room = std::max<size_t>(1, (most_bytes - bytes) / kLongestId);
    const size_t take = static_cast<size_t>(std::min<uint64_t>({waiting, kMembersPerMessage, room}));
    std::vector<std::string> ids;
    RETURN_IF_ERROR(asked_.population->MemberIds(absl::MakeConstSpan(ordinals_).subspan(sent_, take), ids));
    for (std::string& id : ids) {
      bytes += id.size() + sizeof id;
      message.add_member_ids(std::move(id));
    }
    sent_ += take;
    remaining_ -= take;
  }
  return absl::OkStatus();
}

}  // namespace muster::server
