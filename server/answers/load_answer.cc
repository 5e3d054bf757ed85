#include "server/answers/load_answer.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "index/status/status_macros.h"
#include "server/answers/asking.h"
#include "server/wire/error_status.h"
#include "server/wire/load_messages.h"
#include "text/civil_text.h"

namespace muster::server {
namespace {

// Fewer bytes of records are not worth a write: a load waits for memory instead.
constexpr uint64_t kLeastSpilled = uint64_t{1} << 20;
// With more memory a commit gets no faster.
constexpr uint64_t kCommitBytesMax = uint64_t{256} << 20;

}  // namespace

LoadAnswer::LoadAnswer(const AnswerContext& context, const Principal& principal, Reservation& memory)
    : context_(context), memory_(memory), began_(absl::Now()) {
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
  // Asked again when records went to the disk: then less is needed.
  const auto needed = [&] { return load_->BytesToFeed(view) + message_bytes; };
  if (!memory_.TryTake(load_->HeldBytes() + needed(), /*fair=*/true) &&
      load_->SpillableBytes() >= kLeastSpilled) {
    RETURN_IF_ERROR(Spill());
  }
  ASSIGN_OR_RETURN(const bool there, memory_.TakeOrWait(load_->HeldBytes() + needed()));
  if (!there) return Next::kWait;
  RETURN_IF_ERROR(load_->Feed(view));
  event_.records += view.member_ids.ends.size() + view.rejected.size();
  event_.rejected += view.rejected.size();
  return Next::kRead;
}

absl::StatusOr<LoadAnswer::Next> LoadAnswer::Commit(const v1::LoadCommit& commit, const WorkBudget& budget) {
  ASSIGN_OR_RETURN(const bool there, TakeToCommit());
  if (!there) return Next::kWait;
  ASSIGN_OR_RETURN(index::LoadResult result, load_->Commit(commit.records(), budget));
  return Answer(result);
}

uint64_t LoadAnswer::CountEveryone(const index::LoadResult& result) const {
  if (!result.is_late) return result.member_count;
  const std::string none, date = DateText(result.business_date);
  v1::ExpressionSource everyone;
  everyone.set_text("EVERYONE");
  const absl::StatusOr<QuestionPtr> question =
      Ask(context_, {event_.population, none, none, date}, everyone, WorkBudget::Unlimited());
  // The load is published whether or not the count succeeds.
  return question.ok() ? (*question)->member_count() : result.member_count;
}

// Few records are staged in one piece, many in as large pieces as there is memory for. Called again once the
// memory is there: then nothing is left to spill, so that the load keeps what it got.
absl::StatusOr<bool> LoadAnswer::TakeToCommit() {
  if (TryTakeToCommit()) return true;
  if (load_->SpillableBytes() >= kLeastSpilled) {
    RETURN_IF_ERROR(Spill());
    if (TryTakeToCommit()) return true;
  }
  const uint64_t least = load_->BytesToCommit().least;
  load_->SetCommitBytes(least);
  return memory_.TakeOrWait(load_->HeldBytes() + least);
}

bool LoadAnswer::TryTakeToCommit() {
  const uint64_t held = load_->HeldBytes();
  const index::CommitBytes needed = load_->BytesToCommit();
  uint64_t bytes = std::max(needed.least, std::min(kCommitBytesMax, needed.most));
  while (!memory_.TryTake(held + bytes, /*fair=*/true)) {
    if (bytes == needed.least) return false;
    bytes = std::max(needed.least, bytes / 2);
  }
  load_->SetCommitBytes(bytes);
  return true;
}

absl::Status LoadAnswer::Spill() {
  RETURN_IF_ERROR(load_->Spill());
  memory_.Settle(load_->HeldBytes());
  return absl::OkStatus();
}

LoadAnswer::Next LoadAnswer::Answer(const index::LoadResult& result) {
  event_.label = result.label;
  event_.date = DateText(result.business_date);
  event_.records = result.records;
  event_.rejected = result.rejected_records;
  state_ = result.dry_run             ? "dry run"
           : result.already_published ? "published before"
           : result.published         ? "published"
                                      : "empty";
  const bool unknown = result.dry_run && result.is_late && !result.already_published;
  const uint64_t everyone = unknown ? 0 : result.published ? CountEveryone(result) : result.member_count;
  response_ = EncodeLoadResult(result, everyone);
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
