#include "server/answers/shared_work.h"

#include <atomic>
#include <memory>

#include "index/concurrency/entry_gate.h"

namespace muster::server {
namespace {

// The state that the threads share; it lives as long as the last of them. A thread that starts after the
// caller has returned touches nothing of the caller's: the gate is closed then.
class Shared {
 public:
  Shared(size_t count, absl::FunctionRef<void(size_t)> work) : count_(count), work_(work) {}

  // Does one part after another. `goes_on`: called after each; false ends this thread's work.
  template <typename GoesOn>
  void Work(const GoesOn& goes_on) {
    if (!gate_.Enter()) return;
    for (size_t part = next_++; part < count_; part = next_++) {
      work_(part);
      if (!goes_on()) break;
    }
    gate_.Leave();
  }
  // Waits for the threads that work; no other can begin.
  void Finish() { gate_.Close(); }

 private:
  const size_t count_;
  const absl::FunctionRef<void(size_t)> work_;  // the caller's
  std::atomic<size_t> next_{0};
  EntryGate gate_;
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
