// A call with one request and one response: queued, answered on a worker, finished from there.
#ifndef MUSTER_SERVER_SERVICES_UNARY_CALL_H_
#define MUSTER_SERVER_SERVICES_UNARY_CALL_H_

#include <algorithm>
#include <cstdint>
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
#include "server/services/service_context.h"

namespace muster::server {

// How much time a turn has.
enum class Patience : uint8_t {
  kAtOnce,  // a part of a millisecond, on gRPC's thread: handing such a call over costs more than answering
            // it
  kShort,   // some milliseconds, on a worker for short questions
  kLong,    // as much as it takes
};

// How a thread is at a call.
struct Turn {
  const query::StopToken& stop;
  Patience patience;
};

// What became of a turn; nothing: the call would take too long for it, and needs a longer one.
using Answered = std::optional<absl::Status>;

// A longer request begins on a worker, or even among the long questions: understanding it may take a
// millisecond, or many.
inline constexpr size_t kMaxAtOnceRequestBytes = 1u << 10;
inline constexpr size_t kMaxShortRequestBytes = 16u << 10;
// With which patience a request of that size begins that could begin with `patience`.
inline Patience PatienceFor(size_t bytes, Patience patience) {
  if (bytes > kMaxShortRequestBytes) return Patience::kLong;
  return bytes > kMaxAtOnceRequestBytes ? std::max(patience, Patience::kShort) : patience;
}

// What the server keeps of one unary call until it is finished. Answers through gRPC's own reactor, which
// needs no thread to learn that a call is done: one of ours cost each call a hop through gRPC's executor, a
// tenth of a small count.
class UnaryCall {
 public:
  using Work = std::function<Answered(const Turn&)>;

  // Does `work` at once, while no other call waits, or queues it; it is called again when it needs a longer
  // turn, and not at all when the server is overloaded or shuts down. For the service method to return. gRPC
  // keeps `context`, and the request of `request_bytes`, until the call is finished.
  static grpc::ServerUnaryReactor* Start(const ServiceContext& services, Patience patience,
                                         size_t request_bytes, grpc::CallbackServerContext& context,
                                         Work work);

 private:
  UnaryCall(const ServiceContext& services, grpc::CallbackServerContext& context, Work work);
  // Each works, and finishes unless it waits for another turn; the call is not this thread's afterwards.
  // REQUIRES for RunAtOnce: the pool's EnterAtOnce.
  void RunAtOnce();
  void Run(Patience patience);
  // What follows a turn: the end, or the `next` one.
  void End(Answered answered, Patience next);
  // The last step.
  void Finish(const absl::Status& status);

  WorkerPool& workers_;
  EventLog& events_;
  grpc::ServerUnaryReactor* const reactor_;
  const CallStop stop_;
  const Work work_;
  RequestMemory::Share request_;
};

// What a service method does: parses `request`, lets `answer(request, turn, response)` work, and writes
// `response`. A call that its client gave up while it waited is not worked on. An answer that found
// out in one turn that it needs a longer one begins anew in that, from the request: so a call that waits
// holds neither a plan nor a snapshot, and preparing twice is nothing beside a long scan.
template <typename Request, typename Response, typename Answer>
grpc::ServerUnaryReactor* AnswerUnary(const ServiceContext& services, grpc::CallbackServerContext& context,
                                      const grpc::ByteBuffer* request, grpc::ByteBuffer* response,
                                      Answer answer, Patience patience = Patience::kShort) {
  return UnaryCall::Start(services, PatienceFor(request->Length(), patience), request->Length(), context,
                          [request, response, answer = std::move(answer)](const Turn& turn) -> Answered {
                            if (absl::Status status = turn.stop.Check(); !status.ok()) return status;
                            Request decoded;
                            if (absl::Status status = ParseMessage(*request, decoded); !status.ok())
                              return status;
                            Response encoded;
                            if (Answered answered = answer(decoded, turn, encoded);
                                !answered.has_value() || !answered->ok())
                              return answered;
                            return SerializeMessage(encoded, *response);
                          });
}

}  // namespace muster::server

#endif  // MUSTER_SERVER_SERVICES_UNARY_CALL_H_
