#include "server/answers/shared_work.h"

#include <atomic>
#include <memory>

#include "index/concurrency/mutex.h"

namespace muster::server {
namespace {

// The state that the threads share; it lives as long as the last of them. A thread that starts after the caller
// has returned touches nothing of the caller's: Enter fails then.
class Shared {
 public:
  Shared(size_t count, absl::FunctionRef<void(size_t)> work) : count_(count), work_(work) {}

  // Does one part after another. `goes_on`: called after each; false ends this thread's work.
  template <typename GoesOn>
  void Work(const GoesOn& goes_on) {
    if (!Enter()) return;
    for (size_t part = next_++; part < count_; part = next_++) {
      work_(part);
      if (!goes_on()) break;
    }
    Leave();
  }
  // Waits until no thread is inside; none can enter after that.
  void Finish() {
    MutexLock lock(mutex_);
    over_ = true;
    while (inside_ > 0) left_.Wait(mutex_);
  }

 private:
  bool Enter() {
    MutexLock lock(mutex_);
    if (over_) return false;
    ++inside_;
    return true;
  }
  void Leave() {
    MutexLock lock(mutex_);
    if (--inside_ == 0) left_.NotifyAll();
  }

  const size_t count_;
  const absl::FunctionRef<void(size_t)> work_;  // the caller's
  std::atomic<size_t> next_{0};
  Mutex mutex_;
  CondVar left_;
  bool over_ ABSL_GUARDED_BY(mutex_) = false;
  size_t inside_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace

void ShareWork(size_t count, query::ScanHelpers* helpers, absl::FunctionRef<void(size_t)> work) {
  if (helpers == nullptr || count < 2) {
    for (size_t part = 0; part < count; ++part) work(part);
    return;
  }
  const auto shared = std::make_shared<Shared>(count, work);
  const auto help = [shared, helpers] { shared->Work([helpers] { return !helpers->IsWanted(); }); };
  for (size_t borrowed = 0; borrowed + 1 < count && helpers->Borrow(help); ++borrowed) {
  }
  shared->Work([] { return true; });
  shared->Finish();
}

}  // namespace muster::server
