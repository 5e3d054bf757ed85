#include "server/grpc/admin_service.h"

#include "server/grpc/streams/verify_stream.h"

namespace muster::server {

grpc::ServerWriteReactor<grpc::ByteBuffer>* AdminService::VerifyPopulation(grpc::CallbackServerContext* call,
                                                                           const grpc::ByteBuffer* request) {
  return VerifyStream::Start(context_, open_verifications_, *call, *request);
}

}  // namespace muster::server
