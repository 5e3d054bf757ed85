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

// The reactor of one unary call. Deletes itself when gRPC is done with it; until then its stop token may be
// asked.
class UnaryCall final : public grpc::ServerUnaryReactor {
 public:
  using Work = std::function<absl::Status(const CallStop&)>;

  // Queues `work`, or finishes at once when the server is overloaded or shuts down. For the service method to
  // return.
  static grpc::ServerUnaryReactor* Start(WorkerPool& workers, const grpc::CallbackServerContext& context,
                                         Work work);

  void OnCancel() override { stop_.Cancel(); }
  void OnDone() override { delete this; }

 private:
  UnaryCall(CallStop::Clock::time_point deadline, Work work) : stop_(deadline), work_(std::move(work)) {}
  ~UnaryCall() override = default;
  void Run();

  CallStop stop_;
  const Work work_;
};

// What a service method does: parses `request`, lets `answer(request, stop, response)` work on a worker, and
// writes `response`. A call that its client gave up while it waited is not worked on.
template <typename Request, typename Response, typename Answer>
grpc::ServerUnaryReactor* AnswerUnary(WorkerPool& workers, const grpc::CallbackServerContext& context,
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
