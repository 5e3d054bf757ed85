#include "server/admission/call_stop.h"

namespace muster::server {

absl::Status EndsWithTheServer() {
  return absl::UnavailableError(
      "The server is shutting down and ended the call: nothing was changed; try again when it is back.");
}

absl::Status CallStop::Check() const {
  // The deadline is checked first: gRPC also cancels a call whose deadline passes, and the client should
  // learn which of the two happened.
  if (deadline_ != Clock::time_point::max() && Clock::now() >= deadline_) {
    return absl::DeadlineExceededError(
        "The call's deadline passed before the answer was ready: nothing was changed; ask again with a later "
        "deadline.");
  }
  if (ending_ != nullptr && ending_->load(std::memory_order_relaxed)) return EndsWithTheServer();
  if (cancelled()) return absl::CancelledError("The call was cancelled by its client: the work was dropped.");
  return absl::OkStatus();
}

}  // namespace muster::server
