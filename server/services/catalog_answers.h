// What CatalogService answers, without gRPC around it.
#ifndef MUSTER_SERVER_SERVICES_CATALOG_ANSWERS_H_
#define MUSTER_SERVER_SERVICES_CATALOG_ANSWERS_H_

#include "absl/status/status.h"
#include "muster/v1/catalog_service.pb.h"
#include "server/services/service_context.h"

namespace muster::server {

// Each answers one method as the proto says; statuses carry their reasons. Thread-safe.
absl::Status CreatePopulation(const ServiceContext& context, const v1::CreatePopulationRequest& request,
                              v1::CreatePopulationResponse& response);
absl::Status GetPopulation(const ServiceContext& context, const v1::GetPopulationRequest& request,
                           v1::GetPopulationResponse& response);
absl::Status ListPopulations(const ServiceContext& context, const v1::ListPopulationsRequest& request,
                             v1::ListPopulationsResponse& response);
absl::Status CreateTag(const ServiceContext& context, const v1::CreateTagRequest& request,
                       v1::CreateTagResponse& response);
absl::Status GetTag(const ServiceContext& context, const v1::GetTagRequest& request,
                    v1::GetTagResponse& response);
absl::Status ListTags(const ServiceContext& context, const v1::ListTagsRequest& request,
                      v1::ListTagsResponse& response);
absl::Status ListTagValues(const ServiceContext& context, const v1::ListTagValuesRequest& request,
                           v1::ListTagValuesResponse& response);

}  // namespace muster::server

#endif  // MUSTER_SERVER_SERVICES_CATALOG_ANSWERS_H_
