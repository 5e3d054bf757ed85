// QueryService: questions about a population.
#ifndef MUSTER_SERVER_GRPC_QUERY_SERVICE_H_
#define MUSTER_SERVER_GRPC_QUERY_SERVICE_H_

#include "muster/v1/query_service.grpc.pb.h"
#include "server/grpc/service_context.h"

namespace muster::server {

namespace internal {
using MemberMethods =
    v1::QueryService::WithRawCallbackMethod_ListMembers<v1::QueryService::WithRawCallbackMethod_StreamMembers<
        v1::QueryService::WithRawCallbackMethod_LookupMember<
            v1::QueryService::WithRawCallbackMethod_SummarizeNumber<v1::QueryService::Service>>>>;
using QueryMethods = v1::QueryService::WithRawCallbackMethod_CountMembers<
    v1::QueryService::WithRawCallbackMethod_BatchCountMembers<
        v1::QueryService::WithRawCallbackMethod_ExplainExpression<
            v1::QueryService::WithRawCallbackMethod_ParseExpression<MemberMethods>>>>;
}  // namespace internal

// Every method hands its work to the pool and returns: gRPC's threads never block. The proto describes each
// method. Thread-safe. Lifetime: outlives the gRPC server that it is registered with.
class QueryService final : public internal::QueryMethods {
 public:
  explicit QueryService(const ServiceContext& context) : context_(context) {}

  grpc::ServerUnaryReactor* CountMembers(grpc::CallbackServerContext* call, const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* BatchCountMembers(grpc::CallbackServerContext* call,
                                              const grpc::ByteBuffer* request,
                                              grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ListMembers(grpc::CallbackServerContext* call, const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override;
  grpc::ServerWriteReactor<grpc::ByteBuffer>* StreamMembers(grpc::CallbackServerContext* call,
                                                            const grpc::ByteBuffer* request) override;
  grpc::ServerUnaryReactor* ExplainExpression(grpc::CallbackServerContext* call,
                                              const grpc::ByteBuffer* request,
                                              grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* SummarizeNumber(grpc::CallbackServerContext* call,
                                            const grpc::ByteBuffer* request,
                                            grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ParseExpression(grpc::CallbackServerContext* call,
                                            const grpc::ByteBuffer* request,
                                            grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* LookupMember(grpc::CallbackServerContext* call, const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) override;

 private:
  const ServiceContext context_;
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_GRPC_QUERY_SERVICE_H_
