#include "server/answers/shared_work.h"

#include <atomic>
#include <functional>
#include <mutex>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace muster::server {
namespace {

// Lends up to so many threads, which start at once or only when told.
class Lender final : public query::ScanHelpers {
 public:
  Lender(size_t most, bool starts) : most_(most), starts_(starts) {}
  ~Lender() override {
    for (std::thread& thread : threads_) thread.join();
  }
  bool Borrow(std::function<void()> work) override {
    if (threads_.size() + late_.size() == most_) return false;
    if (starts_) {
      threads_.emplace_back(std::move(work));
    } else {
      late_.push_back(std::move(work));
    }
    return true;
  }
  bool IsWanted() const override { return wanted_; }
  // Runs those that did not start.
  void StartLate() {
    for (const auto& work : late_) work();
  }
  size_t borrowed() const { return threads_.size() + late_.size(); }

  std::atomic<bool> wanted_{false};

 private:
  const size_t most_;
  const bool starts_;
  std::vector<std::thread> threads_;
  std::vector<std::function<void()>> late_;
};

std::multiset<size_t> Done(size_t count, query::ScanHelpers* helpers) {
  std::mutex mutex;
  std::multiset<size_t> done;
  ShareWork(count, helpers, [&](size_t part) {
    const std::lock_guard<std::mutex> lock(mutex);
    done.insert(part);
  });
  return done;
}

TEST(ShareWork, DoesEachPartOnceWithAnyHelp) {
  for (const size_t count : {0, 1, 2, 5, 100}) {
    std::multiset<size_t> all;
    for (size_t i = 0; i < count; ++i) all.insert(i);
    EXPECT_EQ(Done(count, nullptr), all);
    for (const bool wanted : {false, true}) {
      Lender lender(3, /*starts=*/true);
      lender.wanted_ = wanted;
      EXPECT_EQ(Done(count, &lender), all);
      EXPECT_LE(lender.borrowed(), count > 0 ? count - 1 : 0);
    }
  }
}

TEST(ShareWork, AThreadThatStartsTooLateDoesNothing) {
  Lender lender(4, /*starts=*/false);
  EXPECT_EQ(Done(10, &lender).size(), 10u);
  EXPECT_EQ(lender.borrowed(), 4u);
  lender.StartLate();
}

TEST(ShareWork, WaitsForThePartsOfOthers) {
  Lender lender(1, /*starts=*/true);
  const std::thread::id own = std::this_thread::get_id();
  std::atomic<bool> begun{false}, ended{false};
  ShareWork(2, &lender, [&](size_t) {
    if (std::this_thread::get_id() == own) {
      while (!begun) std::this_thread::yield();
      return;
    }
    begun = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    ended = true;
  });
  EXPECT_TRUE(ended);
}

}  // namespace
}  // namespace muster::server
