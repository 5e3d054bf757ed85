#include "server/grpc/admin_service.h"

#include "server/answers/verification.h"
#include "server/grpc/streams/answer_stream.h"

namespace muster::server {

grpc::ServerWriteReactor<grpc::ByteBuffer>* AdminService::VerifyPopulation(grpc::CallbackServerContext* call,
                                                                           const grpc::ByteBuffer* request) {
  return AnswerStream::Start(context_, open_verifications_, *call, *request,
                             &AnswerStream::Typed<v1::VerifyPopulationRequest, v1::VerifyPopulationResponse,
                                                  &server::VerifyPopulation>);
}

}  // namespace muster::server
