// AdminService: operations for operators of the server.
#ifndef MUSTER_SERVER_GRPC_ADMIN_SERVICE_H_
#define MUSTER_SERVER_GRPC_ADMIN_SERVICE_H_

#include "muster/v1/admin_service.grpc.pb.h"
#include "server/admission/call_limit.h"
#include "server/grpc/service_context.h"

namespace muster::server {

namespace internal {
using AdminMethods = v1::AdminService::WithRawCallbackMethod_VerifyPopulation<v1::AdminService::Service>;
}  // namespace internal

// The proto describes each method. Thread-safe. Lifetime: outlives the gRPC server that it is registered
// with.
class AdminService final : public internal::AdminMethods {
 public:
  explicit AdminService(const ServiceContext& context) : context_(context) {}

  grpc::ServerWriteReactor<grpc::ByteBuffer>* VerifyPopulation(grpc::CallbackServerContext* call,
                                                               const grpc::ByteBuffer* request) override;

 private:
  const ServiceContext context_;
  CallLimit open_verifications_{1, "verifications"};  // one at a time, since each reads at full speed
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_GRPC_ADMIN_SERVICE_H_
