// Answers of CatalogService.
#ifndef MUSTER_SERVER_ANSWERS_CATALOG_ANSWERS_H_
#define MUSTER_SERVER_ANSWERS_CATALOG_ANSWERS_H_

#include "muster/v1/catalog_service.pb.h"
#include "server/answers/answer_context.h"
#include "server/answers/call_context.h"

namespace muster::server {

// Each answers one method as the proto describes; statuses carry their reasons.
// Thread-safe.
absl::Status CreatePopulation(const AnswerContext& context, const v1::CreatePopulationRequest& request,
                              const CallContext& call, v1::CreatePopulationResponse& response);
absl::Status GetPopulation(const AnswerContext& context, const v1::GetPopulationRequest& request,
                           const CallContext& call, v1::GetPopulationResponse& response);
absl::Status ListPopulations(const AnswerContext& context, const v1::ListPopulationsRequest& request,
                             const CallContext& call, v1::ListPopulationsResponse& response);
absl::Status DeletePopulation(const AnswerContext& context, const v1::DeletePopulationRequest& request,
                              const CallContext& call, v1::DeletePopulationResponse& response);
absl::Status CreateTag(const AnswerContext& context, const v1::CreateTagRequest& request,
                       const CallContext& call, v1::CreateTagResponse& response);
// Changing the scale takes a long turn.
absl::Status UpdateTag(const AnswerContext& context, const v1::UpdateTagRequest& request,
                       const CallContext& call, v1::UpdateTagResponse& response);
absl::Status GetTag(const AnswerContext& context, const v1::GetTagRequest& request, const CallContext& call,
                    v1::GetTagResponse& response);
absl::Status ListTags(const AnswerContext& context, const v1::ListTagsRequest& request,
                      const CallContext& call, v1::ListTagsResponse& response);
absl::Status ListTagValues(const AnswerContext& context, const v1::ListTagValuesRequest& request,
                           const CallContext& call, v1::ListTagValuesResponse& response);

}  // namespace muster::server

#endif  // MUSTER_SERVER_ANSWERS_CATALOG_ANSWERS_H_
