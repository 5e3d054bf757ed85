// A call with one request and one response: queued, answered on a worker, and finished from there.
#ifndef MUSTER_SERVER_GRPC_UNARY_CALL_H_
#define MUSTER_SERVER_GRPC_UNARY_CALL_H_

#include <cstddef>
#include <functional>

#include "absl/status/status.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"
#include "server/admission/call_stop.h"
#include "server/admission/turn.h"
#include "server/answers/call_context.h"
#include "server/grpc/message_bytes.h"
#include "server/grpc/service_context.h"

namespace muster::server {

// What the server keeps of one unary call until it is finished. Uses gRPC's own reactor, which needs no
// thread to learn that a call is done: a reactor of our own cost each call a hop through gRPC's executor, a
// tenth of a small count's time.
class UnaryCall {
 public:
  using Work = std::function<absl::Status(const CallContext&)>;

  // Runs `work` at once if the pool admits it so, otherwise queues it. `work` runs again when its budget ran
  // out, and not at all under overload or at shutdown. Called by the service method, which returns the
  // reactor. gRPC keeps `context`, and the request of `request_bytes` bytes, until the call is finished.
  static grpc::ServerUnaryReactor* Start(const ServiceContext& services, Turn turn, size_t request_bytes,
                                         grpc::CallbackServerContext& context, Work work);

 private:
  UnaryCall(const ServiceContext& services, grpc::CallbackServerContext& context, Work work);
  // Each runs `work`, then finishes the call or queues it for another turn; either way this thread must not
  // touch the call afterwards. REQUIRES for RunAtOnce: EnterAtOnce returned true.
  void RunAtOnce();
  void Run(Turn turn);
  // Ends the call with `status`, and deletes this object.
  void Finish(const absl::Status& status);

  WorkerPool& workers_;
  EventLog& events_;
  grpc::ServerUnaryReactor* const reactor_;
  const Caller caller_;
  const CallStop stop_;
  const Work work_;
  RequestMemory::Share request_;
};

// The body of a service method: parses `request`, runs `answer`, and writes `response`. A call that its
// client cancelled while it was queued is skipped. When the budget runs out, `answer` starts over in the next
// turn, from the request: a queued call holds neither a plan nor a snapshot, and preparing twice costs little
// beside a long scan. `first`: the first turn of a small request.
template <Turn first = Turn::kShort, typename Request, typename Response>
grpc::ServerUnaryReactor* AnswerUnary(const ServiceContext& services, grpc::CallbackServerContext& context,
                                      const grpc::ByteBuffer* request, grpc::ByteBuffer* response,
                                      absl::Status (*answer)(const AnswerContext&, const Request&,
                                                             const CallContext&, Response&)) {
  return UnaryCall::Start(services, FirstTurn(request->Length(), first), request->Length(), context,
                          [&services, request, response, answer](const CallContext& call) {
                            Request decoded;
                            Response encoded;
                            absl::Status status = call.budget.Check();
                            if (status.ok()) status = ParseMessage(*request, decoded);
                            if (status.ok()) status = answer(services.answers, decoded, call, encoded);
                            if (status.ok() && !call.budget.ran_out())
                              status = SerializeMessage(encoded, *response);
                            return status;
                          });
}

}  // namespace muster::server

#endif  // MUSTER_SERVER_GRPC_UNARY_CALL_H_
