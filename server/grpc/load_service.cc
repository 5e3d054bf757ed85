#include "server/grpc/load_service.h"

#include <memory>

#include "server/answers/load_answer.h"
#include "server/answers/loads/feed_answer.h"
#include "server/answers/loads/load_objects.h"
#include "server/answers/saved/load_listings.h"
#include "server/answers/saved/version_answers.h"
#include "server/grpc/streams/answer_stream.h"
#include "server/grpc/streams/commit_call.h"
#include "server/grpc/streams/load_stream.h"
#include "server/grpc/unary_call.h"

namespace muster::server {

grpc::ServerReadReactor<grpc::ByteBuffer>* LoadService::LoadRecords(grpc::CallbackServerContext* call,
                                                                    grpc::ByteBuffer* response) {
  const auto make = [](const AnswerContext& context, const Principal& principal,
                       FedAnswer::Reservation& memory) -> std::unique_ptr<FedAnswer> {
    return std::make_unique<LoadAnswer>(context, principal, memory);
  };
  return LoadStream::Start(context_, *call, make, response);
}

// Both wait for the disk, among the long questions.
grpc::ServerUnaryReactor* LoadService::BeginLoad(grpc::CallbackServerContext* call,
                                                 const grpc::ByteBuffer* request,
                                                 grpc::ByteBuffer* response) {
  return AnswerUnary<Turn::kLong>(context_, *call, request, response, &server::BeginLoad);
}

grpc::ServerUnaryReactor* LoadService::AbortLoad(grpc::CallbackServerContext* call,
                                                 const grpc::ByteBuffer* request,
                                                 grpc::ByteBuffer* response) {
  return AnswerUnary<Turn::kLong>(context_, *call, request, response, &server::AbortLoad);
}

grpc::ServerReadReactor<grpc::ByteBuffer>* LoadService::FeedRecords(grpc::CallbackServerContext* call,
                                                                    grpc::ByteBuffer* response) {
  const auto make = [](const AnswerContext& context, const Principal&,
                       FedAnswer::Reservation& memory) -> std::unique_ptr<FedAnswer> {
    return std::make_unique<FeedAnswer>(context, memory);
  };
  return LoadStream::Start(context_, *call, make, response);
}

grpc::ServerUnaryReactor* LoadService::CommitLoad(grpc::CallbackServerContext* call,
                                                  const grpc::ByteBuffer* request,
                                                  grpc::ByteBuffer* response) {
  return CommitCall::Start(context_, *call, request, response);
}

grpc::ServerUnaryReactor* LoadService::GetLoad(grpc::CallbackServerContext* call,
                                               const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
  return AnswerUnary(context_, *call, request, response, &server::GetLoad);
}

grpc::ServerUnaryReactor* LoadService::ListLoads(grpc::CallbackServerContext* call,
                                                 const grpc::ByteBuffer* request,
                                                 grpc::ByteBuffer* response) {
  return AnswerUnary(context_, *call, request, response, &server::ListLoads);
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* LoadService::StreamRejected(grpc::CallbackServerContext* call,
                                                                        const grpc::ByteBuffer* request) {
  return AnswerStream::Start(
      context_, open_rejected_, *call, *request,
      &AnswerStream::Typed<v1::StreamRejectedRequest, v1::StreamRejectedResponse, &server::StreamRejected>);
}

grpc::ServerUnaryReactor* LoadService::RollbackLoad(grpc::CallbackServerContext* call,
                                                    const grpc::ByteBuffer* request,
                                                    grpc::ByteBuffer* response) {
  return AnswerUnary(context_, *call, request, response, &server::RollbackLoad);
}

}  // namespace muster::server
