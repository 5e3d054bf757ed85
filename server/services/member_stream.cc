#include "server/services/member_stream.h"

#include <algorithm>
#include <string>
#include <utility>

#include "server/services/message_bytes.h"
#include "server/wire/error_status.h"
#include "server/wire/problem_messages.h"

namespace muster::server {
namespace {

// Ids of 480 bytes make messages of 4 MB at most, short ones of some 100 KB.
constexpr size_t kMembersPerMessage = 8'192;
// A scan starts again for every so many members: rarely enough that its start doesn't count, and 512 KiB a
// stream.
constexpr size_t kOrdinalsPerScan = 65'536;

}  // namespace

MemberStream* MemberStream::Start(const ServiceContext& context, const grpc::CallbackServerContext& call,
                                  const grpc::ByteBuffer& request) {
  auto* stream = new MemberStream(context, call.deadline(), request);
  absl::StatusOr<CallLimit::Ticket> ticket = context.open_streams.Enter();
  absl::Status admitted = ticket.status();
  if (admitted.ok()) {
    stream->ticket_ = *std::move(ticket);
    admitted = context.workers.Submit(Lane::kLongQuestion, [stream] { stream->Step(&MemberStream::Begin); });
  }
  if (!admitted.ok()) stream->Finish(ToGrpcStatus(admitted));
  return stream;
}

void MemberStream::OnWriteDone(bool ok) {
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
    StartWrite(&out_);
  } else {
    asked_ = Asked();  // the snapshot's lease ends with the last message, not with the client's last
                       // acknowledgement
    Finish(ToGrpcStatus(status));
  }
}

absl::Status MemberStream::Begin(v1::StreamMembersResponse& message) {
  v1::StreamMembersRequest request;
  if (absl::Status status = ParseMessage(request_, request); !status.ok()) return status;
  absl::StatusOr<Asked> asked = Ask(context_.database, request.population(), request.expression(),
                                    request.snapshot(), request.today(), stop_);
  if (!asked.ok()) return asked.status();
  asked_ = *std::move(asked);
  absl::StatusOr<uint64_t> count = asked_.question->Count(&stop_, nullptr, &context_.workers);
  if (!count.ok()) return count.status();
  remaining_ = request.limit() == 0 ? *count : std::min<uint64_t>(request.limit(), *count);
  message.set_total_count(*count);
  EncodeWarnings("expression", request.expression(), asked_.question->warnings(),
                 *message.mutable_warnings());
  *message.mutable_receipt() = EncodeReceipt(asked_, *count);
  return absl::OkStatus();
}

absl::Status MemberStream::Scan() {
  ordinals_.clear();
  sent_ = 0;
  absl::Status status =
      asked_.question->Members(from_, &stop_, [this](absl::Span<const index::Ordinal> batch) {
        ordinals_.insert(ordinals_.end(), batch.begin(), batch.end());
        return ordinals_.size() < std::min<uint64_t>(kOrdinalsPerScan, remaining_);
      });
  if (!status.ok()) return status;
  scanned_all_ = ordinals_.size() < std::min<uint64_t>(kOrdinalsPerScan, remaining_);
  if (!ordinals_.empty()) from_ = ordinals_.back() + 1;
  return absl::OkStatus();
}

absl::Status MemberStream::Continue(v1::StreamMembersResponse& message) {
  if (remaining_ == 0) return absl::OkStatus();
  if (sent_ == ordinals_.size() && !scanned_all_) {
    if (absl::Status status = Scan(); !status.ok()) return status;
  }
  const uint64_t waiting = std::min<uint64_t>(ordinals_.size() - sent_, remaining_);
  const size_t take = static_cast<size_t>(std::min<uint64_t>(waiting, kMembersPerMessage));
  std::vector<std::string> ids;
  absl::Status status =
      asked_.population->MemberIds(absl::MakeConstSpan(ordinals_).subspan(sent_, take), ids);
  if (!status.ok()) return status;
  for (std::string& id : ids) message.add_member_ids(std::move(id));
  sent_ += take;
  remaining_ -= take;
  return absl::OkStatus();
}

}  // namespace muster::server
