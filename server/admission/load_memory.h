// One budget of memory for all open loads.
//
// Invariants:
//   1. No share is given that takes all shares together beyond the budget.
//   2. A load that asks for more than there is waits, and holds no thread: it is told when its share is
//      there. Of those that wait the oldest is served first; one whose share fits now doesn't wait behind it.
//   3. When every load that holds a share waits, none of them could ever go on: then the newest is refused,
//      and the others get what it held.
//   4. A load that waits is told exactly once, unless it withdraws.
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
  // Told that the share is there, or RESOURCE_EXHAUSTED. Called with the budget's mutex held, so that a share
  // that has withdrawn is told nothing more: it must not block, nor call the budget.
  using Told = std::function<void(const absl::Status&)>;

  explicit LoadMemory(uint64_t budget_bytes) : budget_(budget_bytes) {}

  // One load's share; what it holds goes back with it. Used by one thread at a time, but Withdraw by any.
  class Share {
   public:
    explicit Share(LoadMemory& memory);
    ~Share();
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;

    // Takes a share of `bytes` in all, when it is there. A share is never made smaller by this.
    bool TryTake(uint64_t bytes);
    // Waits for it: `told` follows, on another thread and perhaps before this returns. RESOURCE_EXHAUSTED,
    // and nothing follows: more than the whole budget. CANCELLED, the same: it was withdrawn before.
    absl::Status Ask(uint64_t bytes, Told told);
    // What the load really holds now: the rest of its share goes back, and what it holds beyond it counts.
    void Settle(uint64_t bytes);
    // The load waits no more, neither now nor later: from now on `told` is not called. False when it has been
    // told already, or doesn't wait yet.
    bool Withdraw();

   private:
    LoadMemory& memory_;
    const uint64_t number_;   // the greater, the newer
    bool withdrawn_ = false;  // guarded by memory_.mutex_
  };

  uint64_t held_bytes() const;
  // How many shares hold something, or did, or wait: each step looks at all of them.
  size_t sharing() const;
  uint64_t budget_bytes() const { return budget_; }

 private:
  struct Holder {
    uint64_t bytes = 0;
    uint64_t asked = 0;  // in all, while it waits
    Told told;           // set while it waits
  };
  bool Fits(const Holder& holder, uint64_t bytes) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void SetBytes(Holder& holder, uint64_t bytes) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The load's entry, if it has ever asked for anything: thousands of streams may be refused at once, and do
  // not.
  Holder* Find(uint64_t number) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Serves those that fit, oldest first, and refuses the newest when nothing can move any more.
  void Serve() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const uint64_t budget_;
  mutable Mutex mutex_;
  uint64_t held_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t last_number_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<uint64_t, Holder> holders_ ABSL_GUARDED_BY(mutex_);  // by number: oldest first
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_ADMISSION_LOAD_MEMORY_H_
