// Returns unused memory to the system.
#ifndef MUSTER_SERVER_LIFECYCLE_SPARE_MEMORY_H_
#define MUSTER_SERVER_LIFECYCLE_SPARE_MEMORY_H_

#include <chrono>
#include <cstdint>
#include <thread>

#include "index/concurrency/mutex.h"

namespace muster::server {

// Bytes of anonymous memory of this process that are resident in RAM.
uint64_t AnonymousBytes();

// The C library keeps freed memory between blocks in use, so that after a flood of calls or a large load the
// process would stay at its peak size. A thread checks every `interval` and returns such pages when the
// process holds more than kSmall. Free memory at the end of a thread's heap can't be returned later, so the
// library is told to keep at most kKeptAtEnd there; by default this bound grows with each large block that is
// freed (26 MiB in each of 16 heaps, after loads of a million members). Blocks of at least kMappedAlone get
// their own mapping: LMDB allocates lists of 1 and 2 MiB for each environment and mostly leaves them
// untouched, but in a heap that was used before, the library clears them (2 GB with a thousand populations).
// Lifetime: construct before the first environment is opened, and keep while memory should be returned; the
// library's settings stay after destruction.
class SpareMemory {
 public:
  static constexpr uint64_t kSmall = uint64_t{96} << 20;
  static constexpr int kKeptAtEnd = 4 << 20;
  static constexpr int kMappedAlone = 1 << 20;

  explicit SpareMemory(std::chrono::milliseconds interval = std::chrono::seconds(15));
  ~SpareMemory();
  SpareMemory(const SpareMemory&) = delete;
  SpareMemory& operator=(const SpareMemory&) = delete;

 private:
  void Run();

  const std::chrono::milliseconds interval_;
  Mutex mutex_;
  CondVar wake_;
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_LIFECYCLE_SPARE_MEMORY_H_
