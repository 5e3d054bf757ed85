// When work that is to be done at once has taken too long for that.
#ifndef MUSTER_SERVER_ADMISSION_BRIEF_STOP_H_
#define MUSTER_SERVER_ADMISSION_BRIEF_STOP_H_

#include <chrono>

#include "absl/status/status.h"
#include "query/execution/program/stop_token.h"

namespace muster::server {

// Stops when another token does, or when some time has passed since it was made. For one thread. Lifetime: as
// long as the work; the other token outlives it.
class BriefStop final : public query::StopToken {
 public:
  BriefStop(const query::StopToken& other, std::chrono::microseconds most)
      : other_(other), end_(std::chrono::steady_clock::now() + most) {}

  absl::Status Check() const override {
    absl::Status status = other_.Check();
    if (!status.ok() || std::chrono::steady_clock::now() < end_) return status;
    ran_out_ = true;
    return absl::DeadlineExceededError("The time for an answer at once is over.");
  }
  // Whether Check said so: the error that came of it is not the call's.
  bool ran_out() const { return ran_out_; }

 private:
  const query::StopToken& other_;
  const std::chrono::steady_clock::time_point end_;
  mutable bool ran_out_ = false;
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_ADMISSION_BRIEF_STOP_H_
