#include "server/grpc/catalog_service.h"

#include "server/answers/catalog_answers.h"
#include "server/answers/saved/version_answers.h"
#include "server/grpc/unary_call.h"

namespace muster::server {
grpc::ServerUnaryReactor* CatalogService::CreatePopulation(grpc::CallbackServerContext* call,
                                                           const grpc::ByteBuffer* request,
                                                           grpc::ByteBuffer* response) {
  return AnswerUnary(context_, *call, request, response, &server::CreatePopulation);
}

grpc::ServerUnaryReactor* CatalogService::GetPopulation(grpc::CallbackServerContext* call,
                                                        const grpc::ByteBuffer* request,
                                                        grpc::ByteBuffer* response) {
  return AnswerUnary(context_, *call, request, response, &server::GetPopulation);
}

grpc::ServerUnaryReactor* CatalogService::ListPopulations(grpc::CallbackServerContext* call,
                                                          const grpc::ByteBuffer* request,
                                                          grpc::ByteBuffer* response) {
  return AnswerUnary(context_, *call, request, response, &server::ListPopulations);
}

grpc::ServerUnaryReactor* CatalogService::DeletePopulation(grpc::CallbackServerContext* call,
                                                           const grpc::ByteBuffer* request,
                                                           grpc::ByteBuffer* response) {
  return AnswerUnary(context_, *call, request, response, &server::DeletePopulation);
}

grpc::ServerUnaryReactor* CatalogService::CreateTag(grpc::CallbackServerContext* call,
                                                    const grpc::ByteBuffer* request,
                                                    grpc::ByteBuffer* response) {
  return AnswerUnary(context_, *call, request, response, &server::CreateTag);
}

grpc::ServerUnaryReactor* CatalogService::UpdateTag(grpc::CallbackServerContext* call,
                                                    const grpc::ByteBuffer* request,
                                                    grpc::ByteBuffer* response) {
  return AnswerUnary(context_, *call, request, response, &server::UpdateTag);
}

grpc::ServerUnaryReactor* CatalogService::GetTag(grpc::CallbackServerContext* call,
                                                 const grpc::ByteBuffer* request,
                                                 grpc::ByteBuffer* response) {
  return AnswerUnary(context_, *call, request, response, &server::GetTag);
}

grpc::ServerUnaryReactor* CatalogService::ListTags(grpc::CallbackServerContext* call,
                                                   const grpc::ByteBuffer* request,
                                                   grpc::ByteBuffer* response) {
  return AnswerUnary(context_, *call, request, response, &server::ListTags);
}

grpc::ServerUnaryReactor* CatalogService::ListTagValues(grpc::CallbackServerContext* call,
                                                        const grpc::ByteBuffer* request,
                                                        grpc::ByteBuffer* response) {
  return AnswerUnary(context_, *call, request, response, &server::ListTagValues);
}

grpc::ServerUnaryReactor* CatalogService::ListTagVersions(grpc::CallbackServerContext* call,
                                                          const grpc::ByteBuffer* request,
                                                          grpc::ByteBuffer* response) {
  return AnswerUnary(context_, *call, request, response, &server::ListTagVersions);
}

grpc::ServerUnaryReactor* CatalogService::CompareTagVersions(grpc::CallbackServerContext* call,
                                                             const grpc::ByteBuffer* request,
                                                             grpc::ByteBuffer* response) {
  return AnswerUnary(context_, *call, request, response, &server::CompareTagVersions);
}

grpc::ServerUnaryReactor* CatalogService::RollbackTag(grpc::CallbackServerContext* call,
                                                      const grpc::ByteBuffer* request,
                                                      grpc::ByteBuffer* response) {
  return AnswerUnary(context_, *call, request, response, &server::RollbackTag);
}

}  // namespace muster::server
