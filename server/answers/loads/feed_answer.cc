#include "server/answers/loads/feed_answer.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "index/feeds/feed_folder.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "server/wire/error_status.h"
#include "server/wire/feed_messages.h"

namespace muster::server {

absl::StatusOr<FeedAnswer::Next> FeedAnswer::Take(const v1::FeedRecordsRequest& message,
                                                  uint64_t message_bytes) {
  const bool starts = message.message_case() == v1::FeedRecordsRequest::kStart;
  if (message.message_case() == v1::FeedRecordsRequest::MESSAGE_NOT_SET)
    return FieldError("message", "the message says nothing: set `start` or `batch`");
  if (starts != (load_ == nullptr)) {
    return FieldError("start", starts ? "the stream has a start already: send batches"
                                      : "the stream's first message must be its start: name the load first");
  }
  if (!starts) return Feed(message.batch(), message_bytes);
  RETURN_IF_ERROR(Start(message.start()));
  return Next::kRead;
}

absl::Status FeedAnswer::Start(const v1::FeedStart& start) {
  if (start.population().empty())
    return FieldError("start.population", "the population is missing: say whose load is fed");
  if (start.label().empty()) return FieldError("start.label", "the label is missing: say which load is fed");
  ASSIGN_OR_RETURN(std::shared_ptr<index::FedLoad> load,
                   context_.database.FindFedLoad(start.population(), start.label()));
  RETURN_IF_ERROR(load->Check());
  ASSIGN_OR_RETURN(const v1::LoadSpec spec, DecodeFedSpec(load->spec()));
  tags_ = static_cast<size_t>(spec.tags_size());
  is_long_ = spec.layout() == v1::RECORD_LAYOUT_LONG;
  load_ = std::move(load);
  return absl::OkStatus();
}

absl::StatusOr<FeedAnswer::Next> FeedAnswer::Feed(const v1::FeedBatch& batch, uint64_t message_bytes) {
  ASSIGN_OR_RETURN(const index::PartKey key, DecodeFedBatch(batch, tags_, is_long_));
  // The message, its records once more as bytes, and compressed.
  ASSIGN_OR_RETURN(const bool there, memory_.TakeOrWait(3 * message_bytes));
  if (!there) return Next::kWait;
  RETURN_IF_ERROR(Enter(key));
  RETURN_IF_ERROR(
      load_->Feed(*part_, batch.number(), RecordsOf(batch.records()), batch.records().SerializeAsString()));
  return Next::kRead;
}

absl::Status FeedAnswer::Enter(const index::PartKey& key) {
  if (part_ != nullptr && part_->part().key() == key) return absl::OkStatus();
  if (part_ != nullptr) {
    RETURN_IF_ERROR(part_->Sync());
    fed_[part_->part().key()] = part_->part().durable();
    part_.reset();
  }
  if (fed_.size() >= index::kFedPartsMax && !fed_.contains(key)) {
    return LimitError(
        "batch.part",
        absl::StrCat("a load has at most ", index::kFedPartsMax, " parts: feed fewer, larger ones"),
        index::kFedPartsMax);
  }
  ASSIGN_OR_RETURN(part_, load_->OpenPart(key));
  return absl::OkStatus();
}

absl::Status FeedAnswer::TakeEnd(const CallContext&) {
  if (load_ == nullptr)
    return FieldError("start", "the stream ended without a message: name the load first, then send batches");
  if (part_ != nullptr) {
    RETURN_IF_ERROR(part_->Sync());
    fed_[part_->part().key()] = part_->part().durable();
  }
  RETURN_IF_ERROR(load_->Check());  // else what was stored is gone
  for (const auto& [key, durable] : fed_) EncodePart(key, durable, *response_.add_parts());
  return absl::OkStatus();
}

absl::Status FeedAnswer::Silent(absl::Duration lease) const {
  return index::WithReason(
      absl::AbortedError(
          absl::StrCat("The stream said nothing for ", absl::FormatDuration(lease),
                       ", so it was ended: ask GetLoad what of the load is stored, and feed the rest.")),
      index::Reason::kLoadConflict);
}

void FeedAnswer::End(const absl::Status& status) {
  part_.reset();
  load_.reset();
  context_.events.Failed(status);
}

}  // namespace muster::server
