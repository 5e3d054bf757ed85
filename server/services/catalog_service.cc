#include "server/services/catalog_service.h"

#include "server/services/catalog_answers.h"
#include "server/services/unary_call.h"

namespace muster::server {
namespace {

// A method that `answer`, one of the functions of catalog_answers.h, answers.
template <typename Request, typename Response>
grpc::ServerUnaryReactor* Answer(const ServiceContext& services, grpc::CallbackServerContext& context,
                                 const grpc::ByteBuffer* request, grpc::ByteBuffer* response,
                                 absl::Status (*answer)(const ServiceContext&, const Request&,
                                                        const CallContext&, Response&)) {
  return AnswerUnary<Request, Response>(
      services, context, request, response,
      [&services, answer](const Request& decoded, const CallContext& call, Response& encoded) {
        return answer(services, decoded, call, encoded);
      });
}

}  // namespace

grpc::ServerUnaryReactor* CatalogService::CreatePopulation(grpc::CallbackServerContext* call,
                                                           const grpc::ByteBuffer* request,
                                                           grpc::ByteBuffer* response) {
  return Answer(context_, *call, request, response, &server::CreatePopulation);
}

grpc::ServerUnaryReactor* CatalogService::GetPopulation(grpc::CallbackServerContext* call,
                                                        const grpc::ByteBuffer* request,
                                                        grpc::ByteBuffer* response) {
  return Answer(context_, *call, request, response, &server::GetPopulation);
}

grpc::ServerUnaryReactor* CatalogService::ListPopulations(grpc::CallbackServerContext* call,
                                                          const grpc::ByteBuffer* request,
                                                          grpc::ByteBuffer* response) {
  return Answer(context_, *call, request, response, &server::ListPopulations);
}

grpc::ServerUnaryReactor* CatalogService::DeletePopulation(grpc::CallbackServerContext* call,
                                                           const grpc::ByteBuffer* request,
                                                           grpc::ByteBuffer* response) {
  return Answer(context_, *call, request, response, &server::DeletePopulation);
}

grpc::ServerUnaryReactor* CatalogService::CreateTag(grpc::CallbackServerContext* call,
                                                    const grpc::ByteBuffer* request,
                                                    grpc::ByteBuffer* response) {
  return Answer(context_, *call, request, response, &server::CreateTag);
}

grpc::ServerUnaryReactor* CatalogService::UpdateTag(grpc::CallbackServerContext* call,
                                                    const grpc::ByteBuffer* request,
                                                    grpc::ByteBuffer* response) {
  return Answer(context_, *call, request, response, &server::UpdateTag);
}

grpc::ServerUnaryReactor* CatalogService::GetTag(grpc::CallbackServerContext* call,
                                                 const grpc::ByteBuffer* request,
                                                 grpc::ByteBuffer* response) {
  return Answer(context_, *call, request, response, &server::GetTag);
}

grpc::ServerUnaryReactor* CatalogService::ListTags(grpc::CallbackServerContext* call,
                                                   const grpc::ByteBuffer* request,
                                                   grpc::ByteBuffer* response) {
  return Answer(context_, *call, request, response, &server::ListTags);
}

grpc::ServerUnaryReactor* CatalogService::ListTagValues(grpc::CallbackServerContext* call,
                                                        const grpc::ByteBuffer* request,
                                                        grpc::ByteBuffer* response) {
  return Answer(context_, *call, request, response, &server::ListTagValues);
}

}  // namespace muster::server
