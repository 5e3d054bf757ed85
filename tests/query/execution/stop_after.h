// A budget that ends after a number of checks.
#ifndef MUSTER_TESTS_QUERY_EXECUTION_STOP_AFTER_H_
#define MUSTER_TESTS_QUERY_EXECUTION_STOP_AFTER_H_

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "absl/status/status.h"
#include "index/concurrency/work_budget.h"

namespace muster::query {

// Returns CANCELLED after the given number of checks. Thread-safe.
class StopAfter : public WorkBudget {
 public:
  explicit StopAfter(int64_t checks)
      : WorkBudget([this] {
          return left_.fetch_sub(1) > 0 ? absl::OkStatus() : absl::CancelledError("the client gave up");
        }),
        left_(checks) {}
  // How often it was checked after it had said so, or just then.
  int64_t refusals() const { return std::max<int64_t>(0, -left_); }

 private:
  std::atomic<int64_t> left_;
};

}  // namespace muster::query

#endif  // MUSTER_TESTS_QUERY_EXECUTION_STOP_AFTER_H_
