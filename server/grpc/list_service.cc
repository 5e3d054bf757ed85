#include "server/grpc/list_service.h"

#include <memory>
#include <utility>

#include "server/answers/saved/list_answers.h"
#include "server/answers/saved/list_load_answer.h"
#include "server/grpc/streams/load_stream.h"
#include "server/grpc/unary_call.h"

namespace muster::server {

grpc::ServerReadReactor<grpc::ByteBuffer>* ListService::LoadList(grpc::CallbackServerContext* call,
                                                                 grpc::ByteBuffer* response) {
  const auto make = [](const AnswerContext& context, const Principal& principal,
                       FedAnswer::Reservation& memory) -> std::unique_ptr<FedAnswer> {
    return std::make_unique<ListLoadAnswer>(context, principal, memory);
  };
  return LoadStream::Start(context_, *call, make, response);
}

grpc::ServerUnaryReactor* ListService::GetList(grpc::CallbackServerContext* call,
                                               const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
  return AnswerUnary(context_, *call, request, response, &server::GetList);
}

grpc::ServerUnaryReactor* ListService::ListLists(grpc::CallbackServerContext* call,
                                                 const grpc::ByteBuffer* request,
                                                 grpc::ByteBuffer* response) {
  return AnswerUnary(context_, *call, request, response, &server::ListLists);
}

grpc::ServerUnaryReactor* ListService::DeleteList(grpc::CallbackServerContext* call,
                                                  const grpc::ByteBuffer* request,
                                                  grpc::ByteBuffer* response) {
  return AnswerUnary(context_, *call, request, response, &server::DeleteList);
}

}  // namespace muster::server
