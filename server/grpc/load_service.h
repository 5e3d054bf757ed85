// LoadService: atomic, labelled changes to the tags of a population, and their history.
#ifndef MUSTER_SERVER_GRPC_LOAD_SERVICE_H_
#define MUSTER_SERVER_GRPC_LOAD_SERVICE_H_

#include "muster/v1/load_service.grpc.pb.h"
#include "server/admission/call_limit.h"
#include "server/grpc/service_context.h"

namespace muster::server {

namespace internal {
template <typename Service>
using FedLoadMethods = v1::LoadService::WithRawCallbackMethod_BeginLoad<
    v1::LoadService::WithRawCallbackMethod_FeedRecords<v1::LoadService::WithRawCallbackMethod_CommitLoad<
        v1::LoadService::WithRawCallbackMethod_AbortLoad<Service>>>>;
using LoadMethods = FedLoadMethods<v1::LoadService::WithRawCallbackMethod_LoadRecords<
    v1::LoadService::WithRawCallbackMethod_GetLoad<v1::LoadService::WithRawCallbackMethod_ListLoads<
        v1::LoadService::WithRawCallbackMethod_StreamRejected<
            v1::LoadService::WithRawCallbackMethod_RollbackLoad<v1::LoadService::Service>>>>>>;
}  // namespace internal

// Each stream is served by its own LoadStream, and each commit by its own CommitCall. Thread-safe. Lifetime: outlives the gRPC server that it is
// registered with.
class LoadService final : public internal::LoadMethods {
 public:
  explicit LoadService(const ServiceContext& context) : context_(context) {}

  grpc::ServerReadReactor<grpc::ByteBuffer>* LoadRecords(grpc::CallbackServerContext* call,
                                                         grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* BeginLoad(grpc::CallbackServerContext* call, const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override;
  grpc::ServerReadReactor<grpc::ByteBuffer>* FeedRecords(grpc::CallbackServerContext* call,
                                                         grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* CommitLoad(grpc::CallbackServerContext* call, const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* AbortLoad(grpc::CallbackServerContext* call, const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* GetLoad(grpc::CallbackServerContext* call, const grpc::ByteBuffer* request,
                                    grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ListLoads(grpc::CallbackServerContext* call, const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* RollbackLoad(grpc::CallbackServerContext* call, const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) override;

  grpc::ServerWriteReactor<grpc::ByteBuffer>* StreamRejected(grpc::CallbackServerContext* call,
                                                             const grpc::ByteBuffer* request) override;

 private:
  const ServiceContext context_;
  CallLimit open_rejected_{16, "streams of rejected records"};
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_GRPC_LOAD_SERVICE_H_
