// A message that is being written to a client that may not read it.
#ifndef MUSTER_SERVER_GRPC_PENDING_WRITE_H_
#define MUSTER_SERVER_GRPC_PENDING_WRITE_H_

#include <grpc/grpc.h>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "index/concurrency/mutex.h"
#include "server/admission/call_limit.h"

namespace muster::server {

// Tracks how long a stream's message has been in flight, and can end the call while it is. A status set by
// the server could not overtake the unread message, so the call is ended by gRPC's cancellation, with a code
// and a sentence but no details. Thread-safe.
class PendingWrite final : public HeldCall {
 public:
  // `call`: gRPC's call; must be valid from each Begins to its Done.
  explicit PendingWrite(grpc_call* call) : call_(call) {}

  void Begins();
  void Done();

  absl::Duration blocked_for() const override;
  bool End(const absl::Status& why) override;

 private:
  grpc_call* const call_;
  mutable Mutex mutex_;
  bool pending_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Time since_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_GRPC_PENDING_WRITE_H_
