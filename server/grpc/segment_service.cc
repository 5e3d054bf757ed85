#include "server/grpc/segment_service.h"

#include "server/answers/saved/segment_answers.h"
#include "server/grpc/unary_call.h"

namespace muster::server {

grpc::ServerUnaryReactor* SegmentService::CreateSegment(grpc::CallbackServerContext* call,
                                                        const grpc::ByteBuffer* request,
                                                        grpc::ByteBuffer* response) {
  return AnswerUnary(context_, *call, request, response, &server::CreateSegment);
}

grpc::ServerUnaryReactor* SegmentService::GetSegment(grpc::CallbackServerContext* call,
                                                     const grpc::ByteBuffer* request,
                                                     grpc::ByteBuffer* response) {
  return AnswerUnary(context_, *call, request, response, &server::GetSegment);
}

grpc::ServerUnaryReactor* SegmentService::ListSegments(grpc::CallbackServerContext* call,
                                                       const grpc::ByteBuffer* request,
                                                       grpc::ByteBuffer* response) {
  return AnswerUnary(context_, *call, request, response, &server::ListSegments);
}

grpc::ServerUnaryReactor* SegmentService::UpdateSegment(grpc::CallbackServerContext* call,
                                                        const grpc::ByteBuffer* request,
                                                        grpc::ByteBuffer* response) {
  return AnswerUnary(context_, *call, request, response, &server::UpdateSegment);
}

grpc::ServerUnaryReactor* SegmentService::DeleteSegment(grpc::CallbackServerContext* call,
                                                        const grpc::ByteBuffer* request,
                                                        grpc::ByteBuffer* response) {
  return AnswerUnary(context_, *call, request, response, &server::DeleteSegment);
}

}  // namespace muster::server
