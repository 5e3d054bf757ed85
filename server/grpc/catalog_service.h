// CatalogService: populations, tags and values.
#ifndef MUSTER_SERVER_GRPC_CATALOG_SERVICE_H_
#define MUSTER_SERVER_GRPC_CATALOG_SERVICE_H_

#include "muster/v1/catalog_service.grpc.pb.h"
#include "server/grpc/service_context.h"

namespace muster::server {

namespace internal {
using CatalogMethods = v1::CatalogService::WithRawCallbackMethod_CreatePopulation<
    v1::CatalogService::WithRawCallbackMethod_GetPopulation<
        v1::CatalogService::WithRawCallbackMethod_ListPopulations<
            v1::CatalogService::WithRawCallbackMethod_DeletePopulation<
                v1::CatalogService::WithRawCallbackMethod_CreateTag<
                    v1::CatalogService::WithRawCallbackMethod_UpdateTag<
                        v1::CatalogService::WithRawCallbackMethod_GetTag<
                            v1::CatalogService::WithRawCallbackMethod_ListTags<
                                v1::CatalogService::WithRawCallbackMethod_ListTagValues<
                                    v1::CatalogService::WithRawCallbackMethod_ListTagVersions<
                                        v1::CatalogService::WithRawCallbackMethod_CompareTagVersions<
                                            v1::CatalogService::WithRawCallbackMethod_RollbackTag<
                                                v1::CatalogService::Service>>>>>>>>>>>>;
}  // namespace internal

// Every method hands its work to the pool and returns: gRPC's threads never block. The proto describes each
// method. Thread-safe. Lifetime: outlives the gRPC server that it is registered with.
class CatalogService final : public internal::CatalogMethods {
 public:
  explicit CatalogService(const ServiceContext& context) : context_(context) {}

  grpc::ServerUnaryReactor* CreatePopulation(grpc::CallbackServerContext* call,
                                             const grpc::ByteBuffer* request,
                                             grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* GetPopulation(grpc::CallbackServerContext* call, const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ListPopulations(grpc::CallbackServerContext* call,
                                            const grpc::ByteBuffer* request,
                                            grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* DeletePopulation(grpc::CallbackServerContext* call,
                                             const grpc::ByteBuffer* request,
                                             grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* CreateTag(grpc::CallbackServerContext* call, const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* UpdateTag(grpc::CallbackServerContext* call, const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* GetTag(grpc::CallbackServerContext* call, const grpc::ByteBuffer* request,
                                   grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ListTags(grpc::CallbackServerContext* call, const grpc::ByteBuffer* request,
                                     grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ListTagValues(grpc::CallbackServerContext* call, const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ListTagVersions(grpc::CallbackServerContext* call,
                                            const grpc::ByteBuffer* request,
                                            grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* CompareTagVersions(grpc::CallbackServerContext* call,
                                               const grpc::ByteBuffer* request,
                                               grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* RollbackTag(grpc::CallbackServerContext* call, const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override;

 private:
  const ServiceContext context_;
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_GRPC_CATALOG_SERVICE_H_
