// SegmentService: saved segments.
#ifndef MUSTER_SERVER_GRPC_SEGMENT_SERVICE_H_
#define MUSTER_SERVER_GRPC_SEGMENT_SERVICE_H_

#include "muster/v1/segment_service.grpc.pb.h"
#include "server/grpc/service_context.h"

namespace muster::server {

namespace internal {
using SegmentMethods = v1::SegmentService::WithRawCallbackMethod_CreateSegment<
    v1::SegmentService::WithRawCallbackMethod_GetSegment<
        v1::SegmentService::WithRawCallbackMethod_ListSegments<
            v1::SegmentService::WithRawCallbackMethod_UpdateSegment<
                v1::SegmentService::WithRawCallbackMethod_DeleteSegment<v1::SegmentService::Service>>>>>;
}  // namespace internal

// Every method hands its work to the pool and returns: gRPC's threads never block. The proto describes each
// method. Thread-safe. Lifetime: outlives the gRPC server that it is registered with.
class SegmentService final : public internal::SegmentMethods {
 public:
  explicit SegmentService(const ServiceContext& context) : context_(context) {}

  grpc::ServerUnaryReactor* CreateSegment(grpc::CallbackServerContext* call, const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* GetSegment(grpc::CallbackServerContext* call, const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ListSegments(grpc::CallbackServerContext* call, const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* UpdateSegment(grpc::CallbackServerContext* call, const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* DeleteSegment(grpc::CallbackServerContext* call, const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override;

 private:
  const ServiceContext context_;
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_GRPC_SEGMENT_SERVICE_H_
