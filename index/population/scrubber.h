// A background thread that reads at a limited rate.
#ifndef MUSTER_INDEX_POPULATION_SCRUBBER_H_
#define MUSTER_INDEX_POPULATION_SCRUBBER_H_

#include <chrono>
#include <cstddef>
#include <functional>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "index/concurrency/mutex.h"

namespace muster::index {

// Runs `work` once, on its own thread. The destructor makes Wait return false, and joins the thread.
class Scrubber {
 public:
  Scrubber(size_t bytes_per_second, std::function<void(Scrubber&)> work)
      : bytes_per_second_(bytes_per_second), thread_([this, work = std::move(work)] { work(*this); }) {}
  ~Scrubber() {
    {
      MutexLock lock(mutex_);
      stopping_ = true;
      stopped_.NotifyAll();
    }
    thread_.join();
  }
  Scrubber(const Scrubber&) = delete;
  Scrubber& operator=(const Scrubber&) = delete;

  // Called by the work after it read `bytes`: sleeps for as long as the rate demands. False: stop.
  bool Wait(size_t bytes) {
    const std::chrono::duration<double> time(static_cast<double>(bytes) /
                                             static_cast<double>(bytes_per_second_));
    const auto until =
        std::chrono::steady_clock::now() + std::chrono::duration_cast<std::chrono::nanoseconds>(time);
    MutexLock lock(mutex_);
    while (!stopping_ && stopped_.WaitUntil(mutex_, until)) {
    }
    return !stopping_;
  }

 private:
  const size_t bytes_per_second_;
  Mutex mutex_;
  CondVar stopped_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last: it uses the other members
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_POPULATION_SCRUBBER_H_
