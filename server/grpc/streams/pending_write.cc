#include "server/grpc/streams/pending_write.h"

#include <string>

#include "absl/time/clock.h"

namespace muster::server {

void PendingWrite::Begins() {
  MutexLock lock(mutex_);
  pending_ = true;
  since_ = absl::Now();
}

void PendingWrite::Done() {
  MutexLock lock(mutex_);
  pending_ = false;
}

absl::Duration PendingWrite::blocked_for() const {
  MutexLock lock(mutex_);
  return pending_ ? absl::Now() - since_ : absl::ZeroDuration();
}

bool PendingWrite::End(const absl::Status& why) {
  {
    MutexLock lock(mutex_);
    if (!pending_) return false;
    // The call is still valid, because Done comes before it ends. The reference is needed since cancelling
    // may call Done on this thread.
    grpc_call_ref(call_);
  }
  grpc_call_cancel_with_status(call_, static_cast<grpc_status_code>(why.code()),
                               std::string(why.message()).c_str(), nullptr);
  grpc_call_unref(call_);
  return true;
}

}  // namespace muster::server
