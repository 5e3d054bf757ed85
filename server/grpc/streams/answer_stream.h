// Answers of several messages that are written one after another, by a thread of their own.
#ifndef MUSTER_SERVER_GRPC_ANSWER_STREAM_H_
#define MUSTER_SERVER_GRPC_ANSWER_STREAM_H_

#include <functional>
#include <memory>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "google/protobuf/message.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"
#include "index/concurrency/mutex.h"
#include "index/concurrency/work_budget.h"
#include "index/status/status_macros.h"
#include "server/admission/call_limit.h"
#include "server/admission/call_stop.h"
#include "server/answers/call_context.h"
#include "server/grpc/message_bytes.h"
#include "server/grpc/service_context.h"
#include "server/grpc/streams/pending_write.h"

namespace muster::server {

// The reactor of one call. It runs on its own thread, because it may take minutes and blocks until each message
// is written, and workers are for questions. Stops within a fraction of a second when the call is cancelled; a
// newer call of its limit may replace it while its client doesn't read. Deletes itself when gRPC is done with it.
class AnswerStream final : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  // Writes a message and blocks until it is written. False: it couldn't be written.
  using Write = std::function<bool(const google::protobuf::Message&)>;
  // Makes the answer, message by message.
  using Answer = absl::Status (*)(const AnswerContext& context, const grpc::ByteBuffer& request,
                                  const CallContext& call, const Write& write);

  // An Answer out of one that takes its request's and messages' types.
  template <typename Request, typename Response,
            absl::Status (*answer)(const AnswerContext&, const Request&, const CallContext&,
                                   const std::function<bool(const Response&)>&)>
  static absl::Status Typed(const AnswerContext& context, const grpc::ByteBuffer& bytes,
                            const CallContext& call, const Write& write) {
    Request request;
    RETURN_IF_ERROR(ParseMessage(bytes, request));
    return answer(context, request, call, write);
  }

  // Called by the service method, which returns the reactor.
  static AnswerStream* Start(const ServiceContext& context, CallLimit& limit,
                             grpc::CallbackServerContext& call, const grpc::ByteBuffer& request,
                             Answer answer);

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  AnswerStream(const ServiceContext& context, grpc::CallbackServerContext& call,
               const grpc::ByteBuffer& request, Answer answer);
  ~AnswerStream() override = default;

  absl::Status Run();
  bool WriteOne(const google::protobuf::Message& message);

  const ServiceContext& context_;
  const Caller caller_;
  CallStop stop_;
  WorkBudget budget_;
  const grpc::ByteBuffer request_;
  const Answer make_answer_;
  const std::shared_ptr<PendingWrite> write_;
  CallLimit::Ticket ticket_;
  std::thread thread_;
  grpc::ByteBuffer out_;  // the message being written
  Mutex mutex_;
  CondVar written_;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_GRPC_ANSWER_STREAM_H_
