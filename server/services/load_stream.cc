#include "server/services/load_stream.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "index/status_reason.h"
#include "server/services/message_bytes.h"
#include "server/wire/error_status.h"
#include "server/wire/load_messages.h"

namespace muster::server {

LoadStream* LoadStream::Start(const ServiceContext& context, const grpc::CallbackServerContext& call,
                              grpc::ByteBuffer* response) {
  auto* stream = new LoadStream(context, call.deadline(), response);
  absl::StatusOr<CallLimit::Ticket> ticket = context.open_loads.Enter(stream->silence_.call());
  if (!ticket.ok()) {
    stream->Finish(ToGrpcStatus(ticket.status()));
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
  if (!queued.ok()) Finish(ToGrpcStatus(queued));
}

void LoadStream::TakeMessage() {
  absl::Status status = stop_.Check();
  Next next = Next::kRead;
  if (status.ok()) {
    v1::LoadRecordsRequest message;
    status = ParseMessage(in_, message);
    in_.Clear();
    if (status.ok()) {
      absl::StatusOr<Next> taken = Take(message);
      status = taken.status();
      if (status.ok()) next = *taken;
    }
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
    case v1::LoadRecordsRequest::kBatch: {
      if (absl::Status status = Feed(message.batch()); !status.ok()) return status;
      return Next::kRead;
    }
    case v1::LoadRecordsRequest::kCommit:
      return Commit(message.commit());
    case v1::LoadRecordsRequest::MESSAGE_NOT_SET:
      break;
  }
  return FieldError("message", "the message says nothing: set `spec`, `batch` or `commit`");
}

absl::StatusOr<LoadStream::Next> LoadStream::Begin(const v1::LoadSpec& spec) {
  absl::StatusOr<index::LoadSpec> decoded = DecodeLoadSpec(spec);
  if (!decoded.ok()) return decoded.status();
  absl::StatusOr<std::unique_ptr<index::Load>> load = context_.database.BeginLoad(*decoded);
  if (!load.ok()) return load.status();
  load_ = *std::move(load);
  tags_ = decoded->tags.size();
  if (!load_->published_before().has_value()) return Next::kRead;
  if (absl::Status status = Answer(*load_->published_before()); !status.ok()) return status;
  return Next::kAnswered;
}

absl::Status LoadStream::Feed(const v1::RecordBatch& batch) {
  absl::StatusOr<index::RecordBatchView> view = DecodeBatch(batch, tags_);
  if (!view.ok()) return view.status();
  return load_->Feed(*view);
}

absl::StatusOr<LoadStream::Next> LoadStream::Commit(const v1::LoadCommit& commit) {
  absl::StatusOr<index::LoadResult> result =
      load_->Commit(commit.records(), [this] { return stop_.Check(); });
  if (!result.ok()) return result.status();
  if (absl::Status status = Answer(*result); !status.ok()) return status;
  return Next::kAnswered;
}

absl::Status LoadStream::Answer(const index::LoadResult& result) {
  return SerializeMessage(EncodeLoadResult(result), *response_);
}

void LoadStream::End(const absl::Status& status) {
  load_.reset();
  Finish(ToGrpcStatus(status));
}

}  // namespace muster::server
