// Says when the work of one call is to stop: it was cancelled, or its deadline passed.
#ifndef MUSTER_SERVER_ADMISSION_CALL_STOP_H_
#define MUSTER_SERVER_ADMISSION_CALL_STOP_H_

#include <atomic>
#include <chrono>
#include <functional>
#include <utility>

#include "absl/status/status.h"
#include "index/concurrency/work_budget.h"

namespace muster::server {

// The status of a call that the server ends because it shuts down.
absl::Status EndsWithTheServer();

// The stop signal of one call. Thread-safe: Cancel comes from a gRPC thread while a worker calls Check
// between chunks. Check reads one flag and the clock, which takes tens of nanoseconds, so a scan may call it
// after every chunk. Lifetime: as long as the call's work.
class CallStop {
 public:
  using Clock = std::chrono::system_clock;  // gRPC's deadlines are points of this clock

  // `deadline`: Clock::time_point::max() for none. `given_up`: whether the client has cancelled, for calls on
  // which nothing calls Cancel; must be cheap and thread-safe.
  // `ending`: set when the server is stopping and its drain time is over; outlives this object.
  explicit CallStop(Clock::time_point deadline, std::function<bool()> given_up = nullptr,
                    const std::atomic<bool>* ending = nullptr)
      : deadline_(deadline), given_up_(std::move(given_up)), ending_(ending) {}

  // Called when the client cancels, the connection breaks, or the server's drain time is over.
  void Cancel() { cancelled_.store(true, std::memory_order_relaxed); }
  bool cancelled() const {
    return cancelled_.load(std::memory_order_relaxed) || (given_up_ != nullptr && given_up_());
  }

  // OK, CANCELLED, DEADLINE_EXCEEDED, or UNAVAILABLE when the server ends it.
  absl::Status Check() const;
  // The budget of the call's work, which this outlives.
  WorkBudget Budget(WorkLimits limits = {}) const {
    return WorkBudget([this] { return Check(); }, limits);
  }

 private:
  const Clock::time_point deadline_;
  const std::function<bool()> given_up_;
  const std::atomic<bool>* const ending_;
  std::atomic<bool> cancelled_{false};
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_ADMISSION_CALL_STOP_H_
