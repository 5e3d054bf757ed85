// Threads that a test lends to a scan.
#ifndef MUSTER_TESTS_ORACLE_LENT_THREADS_H_
#define MUSTER_TESTS_ORACLE_LENT_THREADS_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <thread>
#include <utility>
#include <vector>

#include "query/execution/scan_helpers.h"

namespace muster::oracle {

// Owns threads, each of which waits for `start`. Lent to one scan at a time; the destructor joins them.
class LentThreads : public query::ScanHelpers {
 public:
  explicit LentThreads(uint32_t count) : left_(count) {}
  ~LentThreads() override {
    start = true;
    for (std::thread& thread : threads_) thread.join();
  }
  bool Borrow(std::function<void()> work) override {
    if (left_ == 0) return false;
    --left_;
    threads_.emplace_back([this, work = std::move(work)] {
      while (!start) std::this_thread::yield();
      work();
      ++ended;
    });
    return true;
  }
  bool IsWanted() const override { return wanted; }
  size_t borrowed() const { return threads_.size(); }

  std::atomic<bool> start{true};
  std::atomic<bool> wanted{false};
  std::atomic<uint32_t> ended{0};

 private:
  uint32_t left_;
  std::vector<std::thread> threads_;
};

}  // namespace muster::oracle

#endif  // MUSTER_TESTS_ORACLE_LENT_THREADS_H_
