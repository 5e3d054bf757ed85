#include "server/grpc/query_service.h"

#include "server/answers/batch_count.h"
#include "server/answers/members/member_lookup.h"
#include "server/answers/members/member_pages.h"
#include "server/answers/number_answers.h"
#include "server/answers/parse_answer.h"
#include "server/answers/question_answers.h"
#include "server/grpc/streams/member_stream.h"
#include "server/grpc/unary_call.h"

namespace muster::server {

grpc::ServerUnaryReactor* QueryService::CountMembers(grpc::CallbackServerContext* call,
                                                     const grpc::ByteBuffer* request,
                                                     grpc::ByteBuffer* response) {
  return AnswerUnary<Turn::kAtOnce>(context_, *call, request, response, &server::CountMembers);
}

grpc::ServerUnaryReactor* QueryService::BatchCountMembers(grpc::CallbackServerContext* call,
                                                          const grpc::ByteBuffer* request,
                                                          grpc::ByteBuffer* response) {
  return AnswerUnary<Turn::kLong>(context_, *call, request, response, &server::BatchCountMembers);
}

grpc::ServerUnaryReactor* QueryService::ListMembers(grpc::CallbackServerContext* call,
                                                    const grpc::ByteBuffer* request,
                                                    grpc::ByteBuffer* response) {
  return AnswerUnary(context_, *call, request, response, &server::ListMembers);
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* QueryService::StreamMembers(grpc::CallbackServerContext* call,
                                                                        const grpc::ByteBuffer* request) {
  return MemberStream::Start(context_, *call, *request);
}

grpc::ServerUnaryReactor* QueryService::ExplainExpression(grpc::CallbackServerContext* call,
                                                          const grpc::ByteBuffer* request,
                                                          grpc::ByteBuffer* response) {
  // Long from the start, because it measures node by node.
  return AnswerUnary<Turn::kLong>(context_, *call, request, response, &server::ExplainExpression);
}

grpc::ServerUnaryReactor* QueryService::SummarizeNumber(grpc::CallbackServerContext* call,
                                                        const grpc::ByteBuffer* request,
                                                        grpc::ByteBuffer* response) {
  // Long from the start, because it takes several scans.
  return AnswerUnary<Turn::kLong>(context_, *call, request, response, &server::SummarizeNumber);
}

grpc::ServerUnaryReactor* QueryService::ParseExpression(grpc::CallbackServerContext* call,
                                                        const grpc::ByteBuffer* request,
                                                        grpc::ByteBuffer* response) {
  return AnswerUnary(context_, *call, request, response, &server::ParseExpression);
}

grpc::ServerUnaryReactor* QueryService::LookupMember(grpc::CallbackServerContext* call,
                                                     const grpc::ByteBuffer* request,
                                                     grpc::ByteBuffer* response) {
  return AnswerUnary(context_, *call, request, response, &server::LookupMember);
}

}  // namespace muster::server
