// A call with one request and one response: queued, answered on a worker, finished from there.
#ifndef MUSTER_SERVER_SERVICES_UNARY_CALL_H_
#define MUSTER_SERVER_SERVICES_UNARY_CALL_H_

#include <functional>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"
#include "server/admission/call_stop.h"
#include "server/admission/worker_pool.h"
#include "server/services/message_bytes.h"

namespace muster::server {

// How a worker is at a call.
struct Turn {
  const CallStop& stop;
  bool may_be_long;  // else the worker is one for short questions
};

// What became of a turn; nothing: the call would take too long for a short one, and wants another.
using Answered = std::optional<absl::Status>;

// A longer request begins among the long questions: understanding it may take many milliseconds.
inline constexpr size_t kMaxShortRequestBytes = 16u << 10;

// What the server keeps of one unary call until it is finished. Answers through gRPC's own reactor, which
// needs no thread to learn that a call is done: one of ours cost each call a hop through gRPC's executor, a
// tenth of a small count.
class UnaryCall {
 public:
  using Work = std::function<Answered(const Turn&)>;

  // Queues `work`, which is called a second time when it wants a longer turn, or finishes at once when the
  // server is overloaded or shuts down. For the service method to return. gRPC keeps `context` until the call
  // is finished.
  static grpc::ServerUnaryReactor* Start(WorkerPool& workers, Lane lane, grpc::CallbackServerContext& context,
                                         Work work);

 private:
  UnaryCall(WorkerPool& workers, grpc::CallbackServerContext& context, Work work);
  // Works, and finishes unless it waits for another turn; the call is not this thread's afterwards.
  void Run(Lane lane);
  // The last step.
  void Finish(const absl::Status& status);

  WorkerPool& workers_;
  grpc::ServerUnaryReactor* const reactor_;
  const CallStop stop_;
  const Work work_;
};

// What a service method does: parses `request`, lets `answer(request, turn, response)` work on a worker, and
// writes `response`. A call that its client gave up while it waited is not worked on. An answer that found
// out in a short turn that it is long begins anew in a long one, from the request: so what waits holds
// neither a plan nor a snapshot, and preparing twice is nothing beside a long scan.
template <typename Request, typename Response, typename Answer>
grpc::ServerUnaryReactor* AnswerUnary(WorkerPool& workers, grpc::CallbackServerContext& context,
                                      const grpc::ByteBuffer* request, grpc::ByteBuffer* response,
                                      Answer answer, Lane lane = Lane::kQuestion) {
  return UnaryCall::Start(
      workers, request->Length() > kMaxShortRequestBytes ? Lane::kLongQuestion : lane, context,
      [request, response, answer = std::move(answer)](const Turn& turn) -> Answered {
        if (absl::Status status = turn.stop.Check(); !status.ok()) return status;
        Request decoded;
        if (absl::Status status = ParseMessage(*request, decoded); !status.ok()) return status;
        Response encoded;
        if (Answered answered = answer(decoded, turn, encoded); !answered.has_value() || !answered->ok())
          return answered;
        return SerializeMessage(encoded, *response);
      });
}

}  // namespace muster::server

#endif  // MUSTER_SERVER_SERVICES_UNARY_CALL_H_
