#include "server/services/load_stream.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "index/status/status_facts.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "server/services/message_bytes.h"
#include "server/wire/error_status.h"
#include "server/wire/load_messages.h"
#include "text/civil_text.h"

namespace muster::server {

LoadStream::LoadStream(const ServiceContext& context, const grpc::CallbackServerContext& call,
                       grpc::ByteBuffer* response)
    : context_(context),
      stop_(call.deadline(), nullptr, &context.workers.ending()),
      budget_(stop_.Budget()),
      response_(response),
      silence_(context.load_lease, [this](const absl::Status& why) { OnSilence(why); }),
      memory_(context.load_memory),
      memory_late_(context.load_memory_patience, [this](const absl::Status&) { OnMemoryLate(); }),
      began_(absl::Now()) {
  event_.peer = call.peer();
}

LoadStream* LoadStream::Start(const ServiceContext& context, const grpc::CallbackServerContext& call,
                              grpc::ByteBuffer* response) {
  auto* stream = new LoadStream(context, call, response);
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
  absl::Status status = why;
  if (status.ok()) {
    const std::string message =
        absl::StrCat("The load's stream said nothing for ", absl::FormatDuration(context_.load_lease),
                     ", so the load was given up and nothing was loaded: send it again, with batches or the "
                     "commit at least that often.");
    status = index::WithReason(absl::AbortedError(message), index::Reason::kLoadConflict);
  }
  context_.workers.Resume(Lane::kLoad, [this, status = std::move(status)] { End(status); });
}

void LoadStream::OnReadDone(bool ok) {
  if (!silence_.Disarm()) return;
  WorkerPool::Task step = [this] { TakeMessage(); };
  if (!ok) {
    step = [this] {
      absl::Status status = stop_.Check();
      if (status.ok()) {
        status = absl::InvalidArgumentError(
            "The load's stream ended without a commit, so nothing was loaded: send a LoadCommit as the last "
            "message.");
      }
      End(status);
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
  absl::Status status = stop_.Check();
  Next next = Next::kRead;
  if (status.ok()) {
    v1::LoadRecordsRequest message;
    status = ParseMessage(in_, message);
    if (status.ok()) {
      absl::StatusOr<Next> taken = Take(message);
      if (taken.ok() && *taken == Next::kWait) return;  // another thread may have gone on with the stream
      status = taken.status();
      if (status.ok()) next = *taken;
    }
    in_.Clear();
  }
  if (status.ok() && next == Next::kRead) {
    Read();
  } else {
    End(status);
  }
}

absl::StatusOr<LoadStream::Next> LoadStream::Take(const v1::LoadRecordsRequest& message) {
  const bool begins = message.message_case() == v1::LoadRecordsRequest::kSpec;
  if (begins != (load_ == nullptr)) {
    return begins
               ? FieldError("spec", "the stream has a spec already: send one load a stream")
               : FieldError(
                     "spec",
                     "the stream's first message must be the load's spec: send it before batches and commit");
  }
  switch (message.message_case()) {
    case v1::LoadRecordsRequest::kSpec:
      return Begin(message.spec());
    case v1::LoadRecordsRequest::kBatch:
      return Feed(message.batch());
    case v1::LoadRecordsRequest::kCommit:
      return Commit(message.commit());
    case v1::LoadRecordsRequest::MESSAGE_NOT_SET:
      break;
  }
  return FieldError("message", "the message says nothing: set `spec`, `batch` or `commit`");
}

absl::StatusOr<LoadStream::Next> LoadStream::Begin(const v1::LoadSpec& spec) {
  event_.population = spec.population();
  event_.label = spec.label();
  event_.date = spec.business_date();
  ASSIGN_OR_RETURN(index::LoadSpec decoded, DecodeLoadSpec(spec));
  ASSIGN_OR_RETURN(load_, context_.database.BeginLoad(decoded));
  tags_ = decoded.tags.size();
  if (!load_->published_before().has_value()) return Next::kRead;
  RETURN_IF_ERROR(Answer(*load_->published_before()));
  return Next::kAnswered;
}

absl::StatusOr<LoadStream::Next> LoadStream::Feed(const v1::RecordBatch& batch) {
  ASSIGN_OR_RETURN(index::RecordBatchView view, DecodeBatch(batch, tags_));
  const uint64_t bytes = load_->HeldBytes() + load_->BytesToFeed(view) + in_.Length();
  absl::StatusOr<Next> reserved = Reserve(bytes);
  if (!reserved.ok() || *reserved == Next::kWait) return reserved;
  RETURN_IF_ERROR(load_->Feed(view));
  memory_.Settle(load_->HeldBytes());
  event_.records += view.member_ids.ends.size() + view.rejected.size();
  event_.rejected += view.rejected.size();
  return Next::kRead;
}

absl::StatusOr<LoadStream::Next> LoadStream::Commit(const v1::LoadCommit& commit) {
  absl::StatusOr<Next> reserved = Reserve(load_->HeldBytes() + load_->BytesToCommit());
  if (!reserved.ok() || *reserved == Next::kWait) return reserved;
  ASSIGN_OR_RETURN(index::LoadResult result, load_->Commit(commit.records(), budget_));
  RETURN_IF_ERROR(Answer(result));
  return Next::kAnswered;
}

absl::StatusOr<LoadStream::Next> LoadStream::Reserve(uint64_t bytes) {
  if (memory_.TryTake(bytes)) return Next::kRead;
  const ServiceContext& context = context_;
  memory_late_.Arm();
  const absl::Status asked = memory_.Ask(bytes, [this, &context](const absl::Status& told) {
    if (!memory_late_.Disarm()) return;
    context.workers.Resume(Lane::kLoad, [this, told] {
      if (told.ok()) return TakeMessage();
      End(index::WithReason(told, index::Reason::kLoadMemory));
    });
  });
  if (asked.ok()) return Next::kWait;
  memory_late_.Disarm();
  // Its client gave it up just before.
  if (absl::IsCancelled(asked)) return asked;
  return index::WithLimit(asked, context_.load_memory.budget_bytes());
}

void LoadStream::OnMemoryLate() {
  memory_.Withdraw();
  context_.workers.Resume(Lane::kLoad, [this] {
    End(index::WithReason(
        absl::ResourceExhaustedError(absl::StrCat(
            "the load waited ", absl::FormatDuration(context_.load_memory_patience),
            " for memory that other loads hold (", context_.load_memory.budget_bytes() >> 20,
            " MiB together): load it again later, or start the server with a larger --load-memory")),
        index::Reason::kLoadMemory));
  });
}

void LoadStream::OnCancel() {
  stop_.Cancel();
  if (!memory_.Withdraw() || !memory_late_.Disarm()) return;
  context_.workers.Resume(Lane::kLoad, [this] { End(stop_.Check()); });
}

absl::Status LoadStream::Answer(const index::LoadResult& result) {
  event_.label = result.label;
  event_.date = DateText(result.business_date);
  event_.records = result.records;
  event_.rejected = result.rejected_records;
  state_ = result.already_published ? "published before" : result.published ? "published" : "empty";
  return SerializeMessage(EncodeLoadResult(result), *response_);
}

LoadEvent LoadStream::Event() const {
  LoadEvent event = event_;
  event.took = absl::Now() - began_;
  return event;
}

void LoadStream::End(const absl::Status& status) {
  load_.reset();
  memory_.Settle(0);
  if (status.ok()) {
    context_.events.LoadEnded(Event(), state_);
  } else {
    context_.events.LoadRefused(Event(), status);
  }
  Finish(ToGrpcStatus(status));
}

}  // namespace muster::server
