// ListService: id lists.
#ifndef MUSTER_SERVER_GRPC_LIST_SERVICE_H_
#define MUSTER_SERVER_GRPC_LIST_SERVICE_H_

#include "muster/v1/list_service.grpc.pb.h"
#include "server/grpc/service_context.h"

namespace muster::server {

namespace internal {
using ListMethods = v1::ListService::WithRawCallbackMethod_LoadList<
    v1::ListService::WithRawCallbackMethod_GetList<v1::ListService::WithRawCallbackMethod_ListLists<
        v1::ListService::WithRawCallbackMethod_DeleteList<v1::ListService::Service>>>>;
}  // namespace internal

// Every method hands its work to the pool and returns: gRPC's threads never block. What each does is said in
// the proto. Thread-safe. Lifetime: outlives the gRPC server that it is registered with.
class ListService final : public internal::ListMethods {
 public:
  explicit ListService(const ServiceContext& context) : context_(context) {}

  grpc::ServerReadReactor<grpc::ByteBuffer>* LoadList(grpc::CallbackServerContext* call,
                                                      grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* GetList(grpc::CallbackServerContext* call, const grpc::ByteBuffer* request,
                                    grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ListLists(grpc::CallbackServerContext* call, const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* DeleteList(grpc::CallbackServerContext* call, const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override;

 private:
  const ServiceContext context_;
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_GRPC_LIST_SERVICE_H_
