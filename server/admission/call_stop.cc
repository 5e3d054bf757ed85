#include "server/admission/call_stop.h"

namespace muster::server {

absl::Status CallStop::Check() const {
  // The deadline first: gRPC cancels a call whose deadline passes, and the client should read which of the
  // two it was.
  if (deadline_ != Clock::time_point::max() && Clock::now() >= deadline_) {
    return absl::DeadlineExceededError(
        "The call's deadline passed before the answer was ready: nothing was changed; ask again with a later "
        "deadline.");
  }
  if (cancelled()) {
    return absl::CancelledError(
        "The call was cancelled, by its client or because the server shuts down: the work was dropped.");
  }
  return absl::OkStatus();
}

}  // namespace muster::server
