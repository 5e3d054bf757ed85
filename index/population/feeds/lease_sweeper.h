// A background thread that calls a function again and again.
#ifndef MUSTER_INDEX_POPULATION_FEEDS_LEASE_SWEEPER_H_
#define MUSTER_INDEX_POPULATION_FEEDS_LEASE_SWEEPER_H_

#include <chrono>
#include <functional>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "index/concurrency/mutex.h"

namespace muster::index {

// Calls `sweep` every `interval` on its own thread, from the first interval's end on. The destructor waits for a call
// under way.
class LeaseSweeper {
 public:
  LeaseSweeper(std::chrono::milliseconds interval, std::function<void()> sweep)
      : thread_([this, interval, sweep = std::move(sweep)] {
          while (WaitFor(interval)) sweep();
        }) {}
  ~LeaseSweeper() {
    {
      MutexLock lock(mutex_);
      stopping_ = true;
      stopped_.NotifyAll();
    }
    thread_.join();
  }
  LeaseSweeper(const LeaseSweeper&) = delete;
  LeaseSweeper& operator=(const LeaseSweeper&) = delete;

 private:
  // False: stop.
  bool WaitFor(std::chrono::milliseconds interval) {
    const auto until = std::chrono::steady_clock::now() + interval;
    MutexLock lock(mutex_);
    while (!stopping_ && stopped_.WaitUntil(mutex_, until)) {
    }
    return !stopping_;
  }

  Mutex mutex_;
  CondVar stopped_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last: it uses the other members
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_POPULATION_FEEDS_LEASE_SWEEPER_H_
