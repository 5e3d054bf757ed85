#include "server/answers/load_answer.h"

#include <utility>

#include "absl/time/clock.h"
#include "index/status/status_macros.h"
#include "server/answers/loads/load_outcome.h"
#include "server/wire/error_status.h"
#include "server/wire/load_messages.h"

namespace muster::server {

LoadAnswer::LoadAnswer(const AnswerContext& context, const Principal& principal, Reservation& memory)
    : context_(context), feed_(memory), began_(absl::Now()) {
  event_.peer = principal.address;
}

absl::StatusOr<LoadAnswer::Next> LoadAnswer::Take(const v1::LoadRecordsRequest& message,
                                                  uint64_t message_bytes, const CallContext& call) {
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
      return Feed(message.batch(), message_bytes);
    case v1::LoadRecordsRequest::kCommit:
      return Commit(message.commit(), call.budget);
    case v1::LoadRecordsRequest::MESSAGE_NOT_SET:
      break;
  }
  return FieldError("message", "the message says nothing: set `spec`, `batch` or `commit`");
}

absl::StatusOr<LoadAnswer::Next> LoadAnswer::Begin(const v1::LoadSpec& spec) {
  event_.population = spec.population();
  event_.label = spec.label();
  event_.date = spec.business_date();
  ASSIGN_OR_RETURN(index::LoadSpec decoded, DecodeLoadSpec(spec));
  ASSIGN_OR_RETURN(load_, context_.database.BeginLoad(decoded));
  kept_ = load_->kept_rejections();
  if (kept_ != nullptr) context_.rejected.Begin({spec.population(), spec.label()}, kept_);
  tags_ = decoded.tags.size();
  is_long_ = decoded.is_long;
  if (!load_->published_before().has_value()) return Next::kRead;
  return Answer(*load_->published_before());
}

absl::StatusOr<LoadAnswer::Next> LoadAnswer::Feed(const v1::RecordBatch& batch, uint64_t message_bytes) {
  ASSIGN_OR_RETURN(index::RecordBatchView view, DecodeBatch(batch, tags_, is_long_));
  ASSIGN_OR_RETURN(const bool there, feed_.Feed(*load_, view, message_bytes));
  if (!there) return Next::kWait;
  event_.records += view.member_ids.ends.size() + view.rejected.size();
  event_.rejected += view.rejected.size();
  return Next::kRead;
}

absl::StatusOr<LoadAnswer::Next> LoadAnswer::Commit(const v1::LoadCommit& commit, const WorkBudget& budget) {
  ASSIGN_OR_RETURN(const bool there, feed_.TakeToCommit(*load_));
  if (!there) return Next::kWait;
  ASSIGN_OR_RETURN(index::LoadResult result, load_->Commit(commit.records(), budget));
  return Answer(result);
}

LoadAnswer::Next LoadAnswer::Answer(const index::LoadResult& result) {
  state_ = NoteResult(result, event_);
  response_ = AnswerOf(context_, event_.population, result);
  return Next::kAnswered;
}

uint64_t LoadAnswer::HeldBytes() const { return load_ == nullptr ? 0 : load_->HeldBytes(); }

void LoadAnswer::End(const absl::Status& status) {
  load_.reset();
  if (kept_ != nullptr) context_.rejected.End({event_.population, event_.label}, kept_);
  event_.took = absl::Now() - began_;
  if (status.ok()) {
    context_.events.LoadEnded(event_, state_);
  } else {
    context_.events.LoadRefused(event_, status);
  }
}

}  // namespace muster::server
