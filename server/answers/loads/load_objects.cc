#include "server/answers/loads/load_objects.h"

#include "index/population/database.h"
#include "index/status/status_macros.h"
#include "server/answers/loads/load_outcome.h"
#include "server/wire/error_status.h"
#include "server/wire/feed_messages.h"
#include "server/wire/load_messages.h"

namespace muster::server {

absl::Status BeginLoad(const AnswerContext& context, const v1::BeginLoadRequest& request, const CallContext&,
                       v1::BeginLoadResponse& response) {
  ASSIGN_OR_RETURN(const index::LoadSpec spec, DecodeLoadSpec(request.spec()));
  if (spec.dry_run)
    return FieldError("spec.dry_run",
                      "a load that is fed in parts can't be run dry: send it with LoadRecords");
  ASSIGN_OR_RETURN(const index::BegunFedLoad begun,
                   context.database.BeginFedLoad(spec, EncodeFedSpec(request.spec())));
  response.set_label(begun.label);
  response.set_lease_seconds(static_cast<uint32_t>(absl::ToInt64Seconds(begun.lease)));
  if (begun.load != nullptr) EncodeParts(begun.load->ListParts(), *response.mutable_parts());
  if (begun.published.has_value())
    *response.mutable_published() = AnswerOf(context, request.spec().population(), *begun.published);
  return absl::OkStatus();
}

absl::Status AbortLoad(const AnswerContext& context, const v1::AbortLoadRequest& request, const CallContext&,
                       v1::AbortLoadResponse&) {
  if (request.population().empty())
    return FieldError("population", "the population is missing: say whose load is aborted");
  if (request.label().empty()) return FieldError("label", "the label is missing: say which load is aborted");
  return context.database.AbortLoad(request.population(), request.label());
}

}  // namespace muster::server
