// VerifyPopulation: a verification, reported as messages of one stream.
#ifndef MUSTER_SERVER_GRPC_VERIFY_STREAM_H_
#define MUSTER_SERVER_GRPC_VERIFY_STREAM_H_

#include <memory>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"
#include "index/concurrency/mutex.h"
#include "index/concurrency/work_budget.h"
#include "muster/v1/admin_service.pb.h"
#include "server/admission/call_limit.h"
#include "server/admission/call_stop.h"
#include "server/answers/call_context.h"
#include "server/grpc/service_context.h"
#include "server/grpc/streams/pending_write.h"

namespace muster::server {

// The reactor of one verification. It runs on its own thread, because it takes minutes and blocks until each
// message is written, and workers are for questions. Stops within a fraction of a second when the call is
// cancelled; a newer verification may replace it while its client doesn't read. Deletes itself when gRPC is
// done with it.
class VerifyStream final : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  // Called by the service method, which returns the reactor.
  static VerifyStream* Start(const ServiceContext& context, CallLimit& limit,
                             grpc::CallbackServerContext& call, const grpc::ByteBuffer& request);

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  VerifyStream(const ServiceContext& context, grpc::CallbackServerContext& call,
               const grpc::ByteBuffer& request);
  ~VerifyStream() override = default;

  absl::Status Verify();
  // Writes the message and blocks until it is written. False: it couldn't be written.
  bool Write(const v1::VerifyPopulationResponse& message);

  const ServiceContext& context_;
  const Caller caller_;
  CallStop stop_;
  WorkBudget budget_;
  const grpc::ByteBuffer request_;
  const std::shared_ptr<PendingWrite> write_;
  CallLimit::Ticket ticket_;
  std::thread thread_;
  grpc::ByteBuffer out_;  // the message being written
  Mutex mutex_;
  CondVar written_;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_GRPC_VERIFY_STREAM_H_
