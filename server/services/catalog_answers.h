// What CatalogService answers, without gRPC around it.
#ifndef MUSTER_SERVER_SERVICES_CATALOG_ANSWERS_H_
#define MUSTER_SERVER_SERVICES_CATALOG_ANSWERS_H_

#include "muster/v1/catalog_service.pb.h"
#include "server/services/service_context.h"
#include "server/services/unary_call.h"

namespace muster::server {

// Each answers one method as the proto says, unless it needs a longer turn; statuses carry their reasons.
// Thread-safe.
Answered CreatePopulation(const ServiceContext& context, const v1::CreatePopulationRequest& request,
                          const Turn& turn, v1::CreatePopulationResponse& response);
Answered GetPopulation(const ServiceContext& context, const v1::GetPopulationRequest& request,
                       const Turn& turn, v1::GetPopulationResponse& response);
Answered ListPopulations(const ServiceContext& context, const v1::ListPopulationsRequest& request,
                         const Turn& turn, v1::ListPopulationsResponse& response);
Answered DeletePopulation(const ServiceContext& context, const v1::DeletePopulationRequest& request,
                          const Turn& turn, v1::DeletePopulationResponse& response);
Answered CreateTag(const ServiceContext& context, const v1::CreateTagRequest& request, const Turn& turn,
                   v1::CreateTagResponse& response);
// A change of scale takes a long turn.
Answered UpdateTag(const ServiceContext& context, const v1::UpdateTagRequest& request, const Turn& turn,
                   v1::UpdateTagResponse& response);
Answered GetTag(const ServiceContext& context, const v1::GetTagRequest& request, const Turn& turn,
                v1::GetTagResponse& response);
Answered ListTags(const ServiceContext& context, const v1::ListTagsRequest& request, const Turn& turn,
                  v1::ListTagsResponse& response);
Answered ListTagValues(const ServiceContext& context, const v1::ListTagValuesRequest& request,
                       const Turn& turn, v1::ListTagValuesResponse& response);

}  // namespace muster::server

#endif  // MUSTER_SERVER_SERVICES_CATALOG_ANSWERS_H_
