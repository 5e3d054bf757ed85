#include "server/answers/loads/commit_answer.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "index/population/population.h"
#include "index/status/status_macros.h"
#include "server/answers/asking.h"
#include "server/answers/loads/load_outcome.h"
#include "server/wire/error_status.h"
#include "server/wire/feed_messages.h"
#include "server/wire/load_messages.h"

namespace muster::server {
namespace {

// How many bytes of batches are fed in a turn.
constexpr uint64_t kTurnBytes = uint64_t{32} << 20;

absl::Status Unreadable() {
  return absl::InternalError("a stored batch of the load can't be read; abort the load and feed it again");
}

}  // namespace

CommitAnswer::CommitAnswer(const AnswerContext& context, const Principal& principal, Reservation& memory)
    : context_(context), feed_(memory), memory_(memory), began_(absl::Now()) {
  event_.peer = principal.address;
}

absl::StatusOr<CommitAnswer::Next> CommitAnswer::Take(const v1::CommitLoadRequest& request,
                                                      const CallContext& call) {
  if (commit_ == nullptr) return Begin(request);
  if (!all_fed_) return FeedSome(call.budget);
  return Commit(request, call.budget);
}

absl::StatusOr<CommitAnswer::Next> CommitAnswer::Begin(const v1::CommitLoadRequest& request) {
  event_.population = request.population();
  event_.label = request.label();
  if (request.population().empty())
    return FieldError("population", "the population is missing: say whose load is committed");
  if (request.label().empty())
    return FieldError("label", "the label is missing: say which load is committed");
  const absl::Status begun = BeginFed(request);
  if (begun.ok()) return Next::kGoOn;
  // An earlier call may have published it, of which the client knows nothing.
  const absl::StatusOr<std::shared_ptr<index::Population>> population =
      FindPopulation(context_.database, request.population());
  if (!population.ok()) return begun;
  absl::StatusOr<index::PastLoad> past = (*population)->GetLoad(request.label());
  if (!past.ok()) return begun;
  past->result.already_published = true;
  return Answer(past->result);
}

absl::Status CommitAnswer::BeginFed(const v1::CommitLoadRequest& request) {
  ASSIGN_OR_RETURN(std::vector<index::CommittedPart> parts, DecodeCommittedParts(request));
  ASSIGN_OR_RETURN(const std::shared_ptr<index::FedLoad> fed,
                   context_.database.FindFedLoad(request.population(), request.label()));
  ASSIGN_OR_RETURN(const v1::LoadSpec spec, DecodeFedSpec(fed->spec()));
  ASSIGN_OR_RETURN(index::LoadSpec decoded, DecodeLoadSpec(spec));
  tags_ = decoded.tags.size();
  is_long_ = decoded.is_long;
  ASSIGN_OR_RETURN(commit_, fed->BeginCommit(std::move(decoded), std::move(parts)));
  kept_ = commit_->load().kept_rejections();
  if (kept_ != nullptr) context_.rejected.Begin({request.population(), request.label()}, kept_);
  return absl::OkStatus();
}

absl::StatusOr<bool> CommitAnswer::ReadBatch() {
  ASSIGN_OR_RETURN(const std::optional<std::string> bytes, commit_->Next());
  if (!bytes.has_value()) return false;
  if (!batch_.emplace().ParseFromString(*bytes)) return Unreadable();
  batch_bytes_ = bytes->size();
  return true;
}

absl::StatusOr<CommitAnswer::Next> CommitAnswer::FeedSome(const WorkBudget& budget) {
  for (uint64_t fed = 0; fed < kTurnBytes;) {
    RETURN_IF_ERROR(budget.Check());
    if (!batch_.has_value()) {
      ASSIGN_OR_RETURN(const bool more, ReadBatch());
      all_fed_ = !more;
      if (all_fed_) return Next::kGoOn;
    }
    const absl::StatusOr<index::RecordBatchView> view = DecodeBatch(*batch_, tags_, is_long_);
    if (!view.ok()) return Unreadable();
    ASSIGN_OR_RETURN(const bool there, feed_.Feed(commit_->load(), *view, 2 * batch_bytes_));
    if (!there) return Next::kWait;
    records_ += RecordsOf(*batch_);
    fed += batch_bytes_;
    batch_.reset();
    memory_.Settle(commit_->load().HeldBytes());
  }
  return Next::kGoOn;
}

absl::StatusOr<CommitAnswer::Next> CommitAnswer::Commit(const v1::CommitLoadRequest& request,
                                                        const WorkBudget& budget) {
  if (request.has_records() && request.records() != records_) {
    return FieldError("records",
                      absl::StrCat("the parts have ", records_, " records, and the commit says ",
                                   request.records(), ": feed what is missing, or name other parts"));
  }
  ASSIGN_OR_RETURN(const bool there, feed_.TakeToCommit(commit_->load()));
  if (!there) return Next::kWait;
  ASSIGN_OR_RETURN(const index::LoadResult result, commit_->Commit(records_, budget));
  return Answer(result);
}

CommitAnswer::Next CommitAnswer::Answer(const index::LoadResult& result) {
  state_ = NoteResult(result, event_);
  *response_.mutable_result() = AnswerOf(context_, event_.population, result);
  return Next::kAnswered;
}

uint64_t CommitAnswer::HeldBytes() const { return commit_ == nullptr ? 0 : commit_->load().HeldBytes(); }

void CommitAnswer::End(const absl::Status& status) {
  commit_.reset();
  if (kept_ != nullptr) context_.rejected.End({event_.population, event_.label}, kept_);
  event_.took = absl::Now() - began_;
  if (status.ok()) {
    context_.events.LoadEnded(event_, state_);
  } else {
    context_.events.LoadRefused(event_, status);
  }
}

}  // namespace muster::server
