#include "server/answers/saved/list_load_answer.h"

#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "index/status/status_macros.h"
#include "server/answers/asking.h"
#include "server/wire/error_status.h"
#include "server/wire/list_messages.h"

namespace muster::server {

ListLoadAnswer::ListLoadAnswer(const AnswerContext& context, const Principal& principal, Reservation& memory)
    : context_(context), memory_(memory), began_(absl::Now()) {
  event_.peer = principal.address;
}

absl::StatusOr<ListLoadAnswer::Next> ListLoadAnswer::Take(const v1::LoadListRequest& message,
                                                          uint64_t message_bytes, const CallContext& call) {
  const bool begins = message.message_case() == v1::LoadListRequest::kSpec;
  if (begins != (load_ == nullptr)) {
    return begins
               ? FieldError("spec", "the stream has a spec already: send one list a stream")
               : FieldError(
                     "spec",
                     "the stream's first message must be the list's spec: send it before batches and commit");
  }
  switch (message.message_case()) {
    case v1::LoadListRequest::kSpec:
      return Begin(message.spec());
    case v1::LoadListRequest::kBatch:
      return Feed(message.batch(), message_bytes);
    case v1::LoadListRequest::kCommit:
      return Commit(message.commit(), call.budget);
    case v1::LoadListRequest::MESSAGE_NOT_SET:
      break;
  }
  return FieldError("message", "the message says nothing: set `spec`, `batch` or `commit`");
}

absl::StatusOr<ListLoadAnswer::Next> ListLoadAnswer::Begin(const v1::ListSpec& spec) {
  event_.population = spec.population();
  event_.label = absl::StrCat("list ", spec.name());
  ASSIGN_OR_RETURN(const index::IdListSpec decoded, DecodeListSpec(spec));
  ASSIGN_OR_RETURN(population_, FindPopulation(context_.database, spec.population()));
  ASSIGN_OR_RETURN(load_, population_->BeginListLoad(decoded));
  return Next::kRead;
}

absl::StatusOr<ListLoadAnswer::Next> ListLoadAnswer::Feed(const v1::IdBatch& batch, uint64_t message_bytes) {
  ASSIGN_OR_RETURN(const std::vector<std::string_view> ids, DecodeIds(batch));
  const index::IdBatchView view{ids, batch.first_line()};
  ASSIGN_OR_RETURN(const bool there,
                   memory_.TakeOrWait(load_->HeldBytes() + load_->BytesToFeed(view) + message_bytes));
  if (!there) return Next::kWait;
  RETURN_IF_ERROR(load_->Feed(view));
  event_.records += ids.size();
  return Next::kRead;
}

absl::StatusOr<ListLoadAnswer::Next> ListLoadAnswer::Commit(const v1::ListCommit& commit,
                                                            const WorkBudget& budget) {
  ASSIGN_OR_RETURN(const bool there, memory_.TakeOrWait(load_->HeldBytes() + load_->BytesToCommit()));
  if (!there) return Next::kWait;
  ASSIGN_OR_RETURN(const index::IdListResult result, load_->Commit(commit.ids(), budget));
  event_.rejected = result.rejected;
  response_ = EncodeListResult(result, population_->time_zone());
  return Next::kAnswered;
}

void ListLoadAnswer::End(const absl::Status& status) {
  load_.reset();
  event_.took = absl::Now() - began_;
  if (status.ok()) {
    context_.events.LoadEnded(event_, "published");
  } else {
    context_.events.LoadRefused(event_, status);
  }
}

}  // namespace muster::server
