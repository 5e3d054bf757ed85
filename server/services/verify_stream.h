// VerifyPopulation: a verification's checks in one stream.
#ifndef MUSTER_SERVER_SERVICES_VERIFY_STREAM_H_
#define MUSTER_SERVER_SERVICES_VERIFY_STREAM_H_

#include <chrono>
#include <memory>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"
#include "index/concurrency/mutex.h"
#include "index/storage/findings.h"
#include "server/admission/call_limit.h"
#include "server/admission/call_stop.h"
#include "server/services/pending_write.h"
#include "server/services/service_context.h"

namespace muster::server {

// The reactor of one verification. It runs on a thread of its own, because it takes minutes and waits for
// each message to be written; workers are for questions. Stops within a part of a second when the call is
// cancelled, and gives up its place to the next one when its client doesn't read. Deletes itself when gRPC is
// done with it.
class VerifyStream final : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  // For the service method to return.
  static VerifyStream* Start(const ServiceContext& context, CallLimit& limit,
                             grpc::CallbackServerContext& call, const grpc::ByteBuffer& request);

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  VerifyStream(const ServiceContext& context, grpc::CallbackServerContext& call,
               const grpc::ByteBuffer& request)
      : context_(context),
        stop_(call.deadline(), nullptr, &context.workers.ending()),
        request_(request),
        write_(std::make_shared<PendingWrite>(call.c_call())) {}
  ~VerifyStream() override = default;

  absl::Status Verify();
  // Writes how far a check is, unless that was said just now; false when the call is over.
  bool Report(const index::Check& check, bool ended);

  const ServiceContext& context_;
  CallStop stop_;
  const grpc::ByteBuffer request_;
  const std::shared_ptr<PendingWrite> write_;
  CallLimit::Ticket ticket_;
  std::thread thread_;
  std::chrono::steady_clock::time_point last_message_;
  grpc::ByteBuffer out_;  // the message being written
  Mutex mutex_;
  CondVar written_;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_SERVICES_VERIFY_STREAM_H_
