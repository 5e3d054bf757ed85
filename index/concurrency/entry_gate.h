// A gate that helping threads enter while the caller's objects are alive.
#ifndef MUSTER_INDEX_CONCURRENCY_ENTRY_GATE_H_
#define MUSTER_INDEX_CONCURRENCY_ENTRY_GATE_H_

#include <cstdint>

#include "absl/base/thread_annotations.h"
#include "index/concurrency/mutex.h"

namespace muster {

// A caller shares work with threads that may start late, even after it has returned. Each thread enters
// before it uses the caller's objects, and leaves after. The caller closes the gate before it returns: then
// no thread is inside, and none can enter. Shared by all of them. Thread-safe.
class EntryGate {
 public:
  // False: the gate is closed.
  bool Enter() {
    MutexLock lock(mutex_);
    if (closed_) return false;
    ++inside_;
    return true;
  }
  // REQUIRES: Enter returned true.
  void Leave() {
    MutexLock lock(mutex_);
    if (--inside_ == 0) empty_.NotifyAll();
  }
  // Closes the gate, and waits until no thread is inside.
  void Close() {
    MutexLock lock(mutex_);
    closed_ = true;
    while (inside_ > 0) empty_.Wait(mutex_);
  }

 private:
  Mutex mutex_;
  CondVar empty_;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  uint32_t inside_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace muster

#endif  // MUSTER_INDEX_CONCURRENCY_ENTRY_GATE_H_
