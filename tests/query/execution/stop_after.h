// A stop token that stops by itself.
#ifndef MUSTER_TESTS_QUERY_EXECUTION_STOP_AFTER_H_
#define MUSTER_TESTS_QUERY_EXECUTION_STOP_AFTER_H_

#include <cstdint>

#include "absl/status/status.h"
#include "query/execution/scan.h"

namespace muster::query {

// Says CANCELLED once it was asked so many times. For one thread.
class StopAfter : public StopToken {
 public:
  explicit StopAfter(uint64_t checks) : left_(checks) {}
  absl::Status Check() const override {
    if (left_ == 0) return absl::CancelledError("the client gave up");
    --left_;
    return absl::OkStatus();
  }

 private:
  mutable uint64_t left_;
};

}  // namespace muster::query

#endif  // MUSTER_TESTS_QUERY_EXECUTION_STOP_AFTER_H_
