// The budget of one piece of work: its limits, and whether its result is still wanted.
#ifndef MUSTER_INDEX_CONCURRENCY_WORK_BUDGET_H_
#define MUSTER_INDEX_CONCURRENCY_WORK_BUDGET_H_

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <utility>

#include "absl/status/status.h"

namespace muster {

struct WorkLimits {
  static constexpr uint64_t kNone = std::numeric_limits<uint64_t>::max();
  uint64_t values = kNone;  // values of tags that are read
  uint64_t chunks = kNone;  // chunks of bitsets that are read, or work that takes as long
  std::chrono::steady_clock::time_point until = std::chrono::steady_clock::time_point::max();
};

// Passed down to everything that may take long. Work that exceeds the limits gets RESOURCE_EXHAUSTED and
// ends. The owner of the budget then sees ran_out, and may start the work again with wider limits.
// Thread-safe. Outlives the work.
class WorkBudget {
 public:
  // OK, or why the work is no longer wanted: CANCELLED, DEADLINE_EXCEEDED, UNAVAILABLE. Thread-safe, and
  // cheap, since it is called after every chunk.
  using StillWanted = std::function<absl::Status()>;

  // `still_wanted` may be null: the work is always wanted.
  explicit WorkBudget(StillWanted still_wanted = nullptr, WorkLimits limits = {})
      : still_wanted_(std::move(still_wanted)), limits_(limits) {}
  WorkBudget(const WorkBudget&) = delete;
  WorkBudget& operator=(const WorkBudget&) = delete;

  // For work that is always wanted and has no limits.
  static WorkBudget& Unlimited() {
    static WorkBudget unlimited;
    return unlimited;
  }

  // OK when the work may go on.
  absl::Status Check() const {
    absl::Status wanted = still_wanted_ ? still_wanted_() : absl::OkStatus();
    if (!wanted.ok() || limits_.until == std::chrono::steady_clock::time_point::max()) return wanted;
    return std::chrono::steady_clock::now() < limits_.until ? wanted : RanOut();
  }
  // As Check, and spends so many values or chunks.
  absl::Status SpendValues(uint64_t values) { return Spend(values_, values, limits_.values); }
  absl::Status SpendChunks(uint64_t chunks) { return Spend(chunks_, chunks, limits_.chunks); }

  // Whether a limit was exceeded: the work needs a longer turn, whatever it returned.
  bool ran_out() const { return ran_out_.load(std::memory_order_relaxed); }

 private:
  absl::Status Spend(std::atomic<uint64_t>& spent, uint64_t more, uint64_t limit) {
    absl::Status wanted = Check();
    if (!wanted.ok() || limit == WorkLimits::kNone) return wanted;
    const uint64_t before = spent.fetch_add(std::min(more, limit), std::memory_order_relaxed);
    return before <= limit && more <= limit - before ? wanted : RanOut();
  }
  absl::Status RanOut() const {
    ran_out_.store(true, std::memory_order_relaxed);
    return absl::ResourceExhaustedError("The work needs a longer turn than this one.");
  }

  const StillWanted still_wanted_;
  const WorkLimits limits_;
  std::atomic<uint64_t> values_{0}, chunks_{0};  // spent
  mutable std::atomic<bool> ran_out_{false};
};

}  // namespace muster

#endif  // MUSTER_INDEX_CONCURRENCY_WORK_BUDGET_H_
