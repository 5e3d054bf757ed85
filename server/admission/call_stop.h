// When the work of one call is to stop: its client gave up, or its deadline passed.
#ifndef MUSTER_SERVER_ADMISSION_CALL_STOP_H_
#define MUSTER_SERVER_ADMISSION_CALL_STOP_H_

#include <atomic>
#include <chrono>

#include "absl/status/status.h"
#include "query/execution/scan.h"

namespace muster::server {

// The stop token of one call. Thread-safe: Cancel comes from a gRPC thread while a worker asks Check between
// chunks. Check reads one flag and the clock, tens of nanoseconds, so that a scan may ask after every chunk.
// Lifetime: as long as the call's reactor, which outlives its work.
class CallStop final : public query::StopToken {
 public:
  using Clock = std::chrono::system_clock;  // gRPC's deadlines are points of this clock

  // `deadline`: Clock::time_point::max() for none.
  explicit CallStop(Clock::time_point deadline) : deadline_(deadline) {}

  // The client gave up, the connection broke, or the server's drain is over.
  void Cancel() { cancelled_.store(true, std::memory_order_relaxed); }
  bool cancelled() const { return cancelled_.load(std::memory_order_relaxed); }

  // OK, CANCELLED or DEADLINE_EXCEEDED.
  absl::Status Check() const override;

 private:
  const Clock::time_point deadline_;
  std::atomic<bool> cancelled_{false};
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_ADMISSION_CALL_STOP_H_
