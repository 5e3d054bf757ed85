// A call with one request and one response: queued, answered on a worker, finished from there.
#ifndef MUSTER_SERVER_SERVICES_UNARY_CALL_H_
#define MUSTER_SERVER_SERVICES_UNARY_CALL_H_

#include <functional>
#include <utility>

#include "absl/status/status.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"
#include "server/admission/call_stop.h"
#include "server/admission/worker_pool.h"
#include "server/services/message_bytes.h"

namespace muster::server {

// What the server keeps of one unary call until it is finished. Answers through gRPC's own reactor, which
// needs no thread to learn that a call is done: one of ours cost each call a hop through gRPC's executor, a
// tenth of a small count.
class UnaryCall {
 public:
  using Work = std::function<absl::Status(const CallStop&)>;

  // Queues `work`, or finishes at once when the server is overloaded or shuts down. For the service method to
  // return. gRPC keeps `context` until the call is finished.
  static grpc::ServerUnaryReactor* Start(WorkerPool& workers, grpc::CallbackServerContext& context,
                                         Work work);

 private:
  UnaryCall(grpc::CallbackServerContext& context, Work work);
  // Works and finishes; the call is gone afterwards.
  void Run();

  grpc::ServerUnaryReactor* const reactor_;
  const CallStop stop_;
  const Work work_;
};

// What a service method does: parses `request`, lets `answer(request, stop, response)` work on a worker, and
// writes `response`. A call that its client gave up while it waited is not worked on.
template <typename Request, typename Response, typename Answer>
grpc::ServerUnaryReactor* AnswerUnary(WorkerPool& workers, grpc::CallbackServerContext& context,
                                      const grpc::ByteBuffer* request, grpc::ByteBuffer* response,
                                      Answer answer) {
  return UnaryCall::Start(
      workers, context,
      [request, response, answer = std::move(answer)](const CallStop& stop) -> absl::Status {
        if (absl::Status status = stop.Check(); !status.ok()) return status;
        Request decoded;
        if (absl::Status status = ParseMessage(*request, decoded); !status.ok()) return status;
        Response encoded;
        if (absl::Status status = answer(decoded, stop, encoded); !status.ok()) return status;
        return SerializeMessage(encoded, *response);
      });
}

}  // namespace muster::server

#endif  // MUSTER_SERVER_SERVICES_UNARY_CALL_H_
