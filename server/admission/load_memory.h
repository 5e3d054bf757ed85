// One budget of memory for all open loads.
//
// Invariants:
//   1. No grant takes all shares together beyond the budget.
//   2. A load whose request doesn't fit waits without holding a thread; a callback reports the grant. Waiting
//   loads are served oldest first, but one whose request fits now isn't held up by an older one that doesn't.
//   3. When every load that holds a share waits, none of them could ever proceed: then the newest is refused,
//   and what it held goes to the others.
//   4. The callback of a waiting load is called exactly once, unless the load withdraws.
// A load that can write its records to a file tries a fair share first, and frees memory if that is refused.
// So the budget is seldom used up, and loads seldom wait.
#ifndef MUSTER_SERVER_ADMISSION_LOAD_MEMORY_H_
#define MUSTER_SERVER_ADMISSION_LOAD_MEMORY_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "index/concurrency/mutex.h"

namespace muster::server {

// Thread-safe. Lifetime: outlives its shares.
class LoadMemory {
 public:
  // Called with OK when the share is granted, else with RESOURCE_EXHAUSTED. Runs under the budget's mutex, so
  // that it never runs after Withdraw has returned: it must neither block nor call the budget.
  using Told = std::function<void(const absl::Status&)>;

  explicit LoadMemory(uint64_t budget_bytes) : budget_(budget_bytes) {}

  // One load's share, given back on destruction. Withdraw is thread-safe, the rest is not.
  class Share {
   public:
    explicit Share(LoadMemory& memory);
    ~Share();
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;

    // Grows the share to `bytes` in total if they are available now. Never shrinks it.
    bool TryTake(uint64_t bytes);
    // The same up to a fair share: the budget divided by one more than the number of loads that share it.
    // Refuses more than that even if the load already holds it: its fair share shrinks as other loads begin.
    bool TryTakeFair(uint64_t bytes);
    // Waits for a share of `bytes` in total: `told` is called later, on another thread, perhaps before this
    // returns. On error `told` is never called: RESOURCE_EXHAUSTED when `bytes` exceeds the whole budget,
    // CANCELLED when the share was withdrawn before.
    absl::Status Ask(uint64_t bytes, Told told);
    // Sets the share to what the load holds in fact: any rest is given back, and any excess is counted.
    void Settle(uint64_t bytes);
    // Stops waiting, now and in future: `told` is not called from now on. False when `told` was called
    // already, or nothing has been asked for yet.
    bool Withdraw();

   private:
    LoadMemory& memory_;
    const uint64_t number_;   // ascending: a greater number is newer
    bool withdrawn_ = false;  // guarded by memory_.mutex_
  };

  uint64_t held_bytes() const;
  // The number of entries: shares that hold memory, have held some, or wait. Each step visits all of them.
  size_t sharing() const;
  uint64_t budget_bytes() const { return budget_; }

 private:
  struct Holder {
    uint64_t bytes = 0;
    uint64_t asked = 0;  // total bytes asked for, while waiting
    Told told;           // set while waiting
  };
  bool TryTake(uint64_t number, uint64_t bytes) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool Fits(const Holder& holder, uint64_t bytes) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void SetBytes(Holder& holder, uint64_t bytes) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The load's entry, or null if it has asked for nothing. Entries are made on demand, since thousands of
  // streams may be refused at once without ever asking.
  Holder* Find(uint64_t number) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Serves the waiting loads that fit, oldest first; refuses the newest when none can proceed (invariant 3).
  void Serve() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const uint64_t budget_;
  mutable Mutex mutex_;
  uint64_t held_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t last_number_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<uint64_t, Holder> holders_ ABSL_GUARDED_BY(mutex_);  // by number: oldest first
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_ADMISSION_LOAD_MEMORY_H_
