// LoadRecords and LoadList: one load, fed by one stream. FeedRecords: one of the streams that feed a load.
#ifndef MUSTER_SERVER_GRPC_LOAD_STREAM_H_
#define MUSTER_SERVER_GRPC_LOAD_STREAM_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"
#include "index/concurrency/work_budget.h"
#include "server/admission/call_limit.h"
#include "server/admission/call_stop.h"
#include "server/answers/fed_answer.h"
#include "server/grpc/service_context.h"
#include "server/grpc/streams/memory_wait.h"
#include "server/grpc/streams/silence_alarm.h"

namespace muster::server {

// The reactor of one load. It reads one message, hands it to a worker, and reads the next one only when the
// FedAnswer has taken it: data that a client sends faster stays in the transport's window, not in our
// memory. Steps never overlap, so the state needs no lock; gRPC's threads only touch CallStop meanwhile. Any
// end other than a commit abandons the load before the client is answered, so that its tags are free by then.
// The same happens when the client is silent for as long as a load's lease (docs/semantics.md, rule 23). A
// message that needs more memory than the shared budget has left waits without a worker, and is taken when
// the memory is granted. Deletes itself when gRPC is done with it.
class LoadStream final : public grpc::ServerReadReactor<grpc::ByteBuffer> {
 public:
  // Makes the answer that the stream feeds.
  using MakeAnswer = std::unique_ptr<FedAnswer> (*)(const AnswerContext& context, const Principal& principal,
                                                    FedAnswer::Reservation& memory);

  // Called by the service method, which returns the reactor. Finishes at once under overload or at shutdown.
  static LoadStream* Start(const ServiceContext& context, const grpc::CallbackServerContext& call,
                           MakeAnswer make_answer, grpc::ByteBuffer* response);

  void OnReadDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override { delete this; }

 private:
  LoadStream(const ServiceContext& context, const grpc::CallbackServerContext& call, MakeAnswer make_answer,
             grpc::ByteBuffer* response);
  ~LoadStream() override = default;

  void Read();
  // Handles an ended wait. `why`: the reason; OK when the client was silent for as long as the lease.
  void OnSilence(const absl::Status& why);
  // Takes the message that was read, on a worker; then reads the next one or finishes.
  void TakeMessage();
  absl::StatusOr<FedAnswer::Next> Take();
  // Abandons what was not committed, and finishes the call with `status`.
  void End(const absl::Status& status);

  const ServiceContext& context_;
  const Caller caller_;
  CallStop stop_;
  WorkBudget budget_;
  MemoryWait memory_;
  const std::unique_ptr<FedAnswer> answer_;
  grpc::ByteBuffer* const response_;
  CallLimit::Ticket ticket_;
  SilenceAlarm silence_;
  grpc::ByteBuffer in_;  // the message being read or taken
  bool admitted_ = false;
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_GRPC_LOAD_STREAM_H_
