// LoadService: atomic, labelled changes to the tags of a population.
#ifndef MUSTER_SERVER_GRPC_LOAD_SERVICE_H_
#define MUSTER_SERVER_GRPC_LOAD_SERVICE_H_

#include <memory>
#include <utility>

#include "muster/v1/load_service.grpc.pb.h"
#include "server/answers/load_answer.h"
#include "server/grpc/service_context.h"
#include "server/grpc/streams/load_stream.h"

namespace muster::server {

// Each stream is served by its own LoadStream. Thread-safe. Lifetime: outlives the gRPC server that it is
// registered with.
class LoadService final
    : public v1::LoadService::WithRawCallbackMethod_LoadRecords<v1::LoadService::Service> {
 public:
  explicit LoadService(const ServiceContext& context) : context_(context) {}

  grpc::ServerReadReactor<grpc::ByteBuffer>* LoadRecords(grpc::CallbackServerContext* call,
                                                         grpc::ByteBuffer* response) override {
    const auto make = [](const AnswerContext& context, const Principal& principal,
                         FedAnswer::Reservation& memory) -> std::unique_ptr<FedAnswer> {
      return std::make_unique<LoadAnswer>(context, principal, memory);
    };
    return LoadStream::Start(context_, *call, make, response);
  }

 private:
  const ServiceContext context_;
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_GRPC_LOAD_SERVICE_H_
