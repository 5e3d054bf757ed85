#include "server/answers/saved/load_listings.h"

#include <memory>
#include <string>
#include <vector>

#include "index/population/population.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "server/answers/asking.h"
#include "server/wire/answer_messages.h"
#include "server/wire/error_status.h"
#include "server/wire/feed_messages.h"
#include "server/wire/load_messages.h"
#include "server/wire/page_token.h"
#include "text/quoted.h"
#include "text/sentence.h"
#include "text/utf8.h"

namespace muster::server {
namespace {

constexpr size_t kStandardLoadsPage = 100;
constexpr size_t kMaxLoadsPage = 1'000;
// A message of StreamRejected is sent when it has this many bytes; a record has some beside its texts.
constexpr size_t kRejectedMessageBytes = size_t{1} << 20;
constexpr size_t kBytesOfRejected = 20;

v1::Load EncodeOpen(const index::OpenLoads::OpenLoad& open) {
  v1::Load encoded;
  encoded.set_label(open.label);
  encoded.set_state(open.committing ? v1::LOAD_STATE_COMMITTING : v1::LOAD_STATE_OPEN);
  for (const std::string& tag : open.tags) encoded.add_tags(tag);
  return encoded;
}

}  // namespace

// A load that is being published may be found in neither place if the published ones are read first.
absl::Status GetLoad(const AnswerContext& context, const v1::GetLoadRequest& request, const CallContext&,
                     v1::GetLoadResponse& response) {
  if (request.label().empty() && !request.population().empty())
    return FieldError("label", "the label is missing: say which load is meant");
  const absl::StatusOr<std::shared_ptr<index::Population>> population =
      FindPopulation(context.database, request.population());
  if (!population.ok()) {
    // A load that is fed in parts may be making the population.
    const auto fed = context.database.FindFedLoad(request.population(), request.label());
    if (!fed.ok()) return population.status();
    v1::Load& load = *response.mutable_load();
    load.set_label(request.label());
    load.set_state(v1::LOAD_STATE_OPEN);
    EncodeParts((*fed)->ListParts(), *load.mutable_parts());
    return absl::OkStatus();
  }
  for (const index::OpenLoads::OpenLoad& open : (*population)->ListOpenLoads()) {
    if (open.label == request.label()) *response.mutable_load() = EncodeOpen(open);
  }
  if (response.has_load()) {
    if (const auto fed = context.database.FindFedLoad(request.population(), request.label()); fed.ok())
      EncodeParts((*fed)->ListParts(), *response.mutable_load()->mutable_parts());
  }
  const absl::StatusOr<index::PastLoad> past = (*population)->GetLoad(request.label());
  if (past.ok()) {
    *response.mutable_load() = EncodePastLoad(*past, (*population)->time_zone());
    AddLoadResult(*past, *response.mutable_load());
    return absl::OkStatus();
  }
  const bool open = index::ReasonOf(past.status()) == index::Reason::kUnknownLoad && response.has_load();
  return open ? absl::OkStatus() : past.status();
}

absl::Status ListLoads(const AnswerContext& context, const v1::ListLoadsRequest& request, const CallContext&,
                       v1::ListLoadsResponse& response) {
  ASSIGN_OR_RETURN(const size_t page_size,
                   DecodePageSize(request.page_size(), kStandardLoadsPage, kMaxLoadsPage));
  ASSIGN_OR_RETURN(const std::shared_ptr<index::Population> population,
                   FindPopulation(context.database, request.population()));
  v1::ListLoadsRequest bound = request;
  bound.clear_page_size();
  bound.clear_page_token();
  const std::string digest = RequestDigest("ListLoads", bound);
  PageToken token;
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(token, context.tokens.OpenPage(request.page_token(), digest));
  } else {
    for (const index::OpenLoads::OpenLoad& open : population->ListOpenLoads())
      *response.add_loads() = EncodeOpen(open);
  }
  ASSIGN_OR_RETURN(const index::PastLoadPage page, population->ListLoads(token.last_name, page_size));
  for (const index::PastLoad& load : page.loads)
    *response.add_loads() = EncodePastLoad(load, population->time_zone());
  if (!page.more) return absl::OkStatus();
  PageToken next;
  next.last_name = page.loads.back().result.label;
  response.set_next_page_token(context.tokens.SealPage(next, digest));
  return absl::OkStatus();
}

absl::Status StreamRejected(const AnswerContext& context, const v1::StreamRejectedRequest& request,
                            const CallContext& call,
                            const std::function<bool(const v1::StreamRejectedResponse&)>& write) {
  if (request.label().empty()) return FieldError("label", "the label is missing: say which load is meant");
  const RejectedRecords::Kept kept = context.rejected.Find({request.population(), request.label()});
  if (kept == nullptr) {
    return index::WithReason(
        absl::NotFoundError(Sentence("no rejected records of a load ", Quoted(request.label()),
                                     " are kept: they are for ten minutes after its end if it was begun with "
                                     "keep_rejected, and until the server stops")),
        index::Reason::kUnknownLoad);
  }
  const index::KeptRejections::Reading reading = kept->BeginReading();
  for (size_t block = 0; block <= reading.blocks; ++block) {
    RETURN_IF_ERROR(call.budget.Check());
    ASSIGN_OR_RETURN(const std::vector<index::RejectedRecord> records, kept->Read(reading, block));
    v1::StreamRejectedResponse response;
    size_t bytes = 0;
    for (const index::RejectedRecord& record : records) {
      *response.add_records() = EncodeRejected(record);
      bytes += record.message.size() + record.file.size() + kBytesOfRejected;
      if (bytes < kRejectedMessageBytes) continue;
      if (!write(response)) return call.budget.Check();
      response.Clear();
      bytes = 0;
    }
    if (block == reading.blocks) {
      response.set_missing(reading.missing);
      response.set_missing_because(MendUtf8(reading.why));
    }
    if (!write(response)) break;
  }
  return call.budget.Check();
}

}  // namespace muster::server
