// CommitLoad: a call with one request that may work for minutes.
#ifndef MUSTER_SERVER_GRPC_STREAMS_COMMIT_CALL_H_
#define MUSTER_SERVER_GRPC_STREAMS_COMMIT_CALL_H_

#include <memory>

#include "absl/status/status.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"
#include "index/concurrency/work_budget.h"
#include "server/admission/call_limit.h"
#include "server/admission/call_stop.h"
#include "server/answers/loads/commit_answer.h"
#include "server/grpc/service_context.h"
#include "server/grpc/streams/memory_wait.h"

namespace muster::server {

// The reactor of one call. It works in turns among the loads, as a stream of LoadRecords does with its messages, and
// waits for memory without a worker. Turns never overlap. A client that cancels, or whose deadline passes, ends it at
// any point before the load is published; the load then stays open. Deletes itself when gRPC is done with it.
class CommitCall final : public grpc::ServerUnaryReactor {
 public:
  // Called by the service method, which returns the reactor. gRPC keeps the request and the response until the call is
  // finished. Finishes at once under overload or at shutdown.
  static CommitCall* Start(const ServiceContext& context, const grpc::CallbackServerContext& call,
                           const grpc::ByteBuffer* request, grpc::ByteBuffer* response);

  void OnCancel() override;
  void OnDone() override { delete this; }

 private:
  CommitCall(const ServiceContext& context, const grpc::CallbackServerContext& call,
             grpc::ByteBuffer* response);
  ~CommitCall() override = default;

  absl::Status Queue(const grpc::ByteBuffer& request);
  // One turn; then the next one is queued, or the call finishes.
  void Work();
  absl::StatusOr<FedAnswer::Next> Take();
  void End(const absl::Status& status);

  const ServiceContext& context_;
  const Caller caller_;
  CallStop stop_;
  WorkBudget budget_;
  grpc::ByteBuffer* const response_;
  CallLimit::Ticket ticket_;
  v1::CommitLoadRequest request_;
  MemoryWait memory_;
  CommitAnswer answer_;
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_GRPC_STREAMS_COMMIT_CALL_H_
