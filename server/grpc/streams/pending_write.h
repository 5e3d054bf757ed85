// A message on its way to a client that may not read it.
#ifndef MUSTER_SERVER_GRPC_PENDING_WRITE_H_
#define MUSTER_SERVER_GRPC_PENDING_WRITE_H_

#include <grpc/grpc.h>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "index/concurrency/mutex.h"
#include "server/admission/call_limit.h"

namespace muster::server {

// Knows since when a stream's message has been under way, and can end the call then. A status of the call's
// own would not pass a message that isn't read, so ending is gRPC's cancelling, with a code and a sentence
// and no details. Thread-safe.
class PendingWrite final : public HeldCall {
 public:
  // `call`: gRPC's, there at least from each Begins to its Done.
  explicit PendingWrite(grpc_call* call) : call_(call) {}

  void Begins();
  void Done();

  absl::Duration waits() const override;
  bool End(const absl::Status& why) override;

 private:
  grpc_call* const call_;
  mutable Mutex mutex_;
  bool pending_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Time since_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_GRPC_PENDING_WRITE_H_
