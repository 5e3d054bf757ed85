// Distributes the windows of a scan to its threads.
#ifndef MUSTER_QUERY_EXECUTION_WINDOW_QUEUE_H_
#define MUSTER_QUERY_EXECUTION_WINDOW_QUEUE_H_

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "query/execution/scan.h"

namespace muster::query {

// Thread-safe. Each window is returned once, in ascending order.
class WindowQueue {
 public:
  WindowQueue(FragmentRange fragments, const ScanOptions& options)
      : end_(fragments.end), window_fragments_(FragmentsOfWindow(options)), next_(fragments.first) {}

  // Short enough that the threads end together, and that a borrowed one returns soon.
  static uint32_t FragmentsOfWindow(const ScanOptions& options) {
    return std::clamp(options.window_fragments, 1u, kMaxFragments);
  }
  // The most threads that a scan borrows. A scan of few windows would end before a borrowed thread starts.
  static uint32_t ThreadsFor(FragmentRange fragments, const ScanOptions& options) {
    if (fragments.first >= fragments.end) return 0;
    const uint32_t window = FragmentsOfWindow(options);
    const uint32_t windows = (fragments.end - fragments.first + window - 1) / window;
    return std::min(windows / std::max(options.windows_a_thread, 1u), kMaxBorrowed);
  }

  // The next window; false: there is none.
  bool Take(FragmentRange& window) {
    const uint32_t first = next_.fetch_add(window_fragments_, std::memory_order_relaxed);
    if (first >= end_) return false;
    window = {first, std::min(first + window_fragments_, end_)};
    return true;
  }
  bool HasMore() const { return next_.load(std::memory_order_relaxed) < end_; }
  // Ends the queue: no more windows are returned.
  void Close() { next_.store(end_, std::memory_order_relaxed); }

 private:
  static constexpr uint32_t kMaxFragments = 16;
  static constexpr uint32_t kMaxBorrowed = 63;

  const uint32_t end_;
  const uint32_t window_fragments_;
  std::atomic<uint32_t> next_;
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_WINDOW_QUEUE_H_
