// Gives memory that nobody uses any more back to the system.
#ifndef MUSTER_SERVER_LIFECYCLE_SPARE_MEMORY_H_
#define MUSTER_SERVER_LIFECYCLE_SPARE_MEMORY_H_

#include <chrono>
#include <cstdint>
#include <thread>

#include "index/concurrency/mutex.h"

namespace muster::server {

// Bytes of anonymous memory that this process holds in RAM.
uint64_t AnonymousBytes();

// The C library keeps what was freed between pieces in use, so that after a flood of calls or a great load
// the process would stay as large as it ever was. A thread looks every `interval` and returns such pages when
// the process holds more than kSmall; a process that is small is left alone. What is free at the end of a
// thread's heap nobody can return later; so the library is told to keep at most kKeptAtEnd there, which it
// otherwise makes larger with each great piece that is freed (26 MiB in each of 16 heaps, after loads of a
// million members). What is as large as kMappedAlone has pages of its own: LMDB takes lists of 1 and 2 MiB
// for each environment, of which it mostly touches nothing, and in a heap that was used before the library
// clears them (2 GB with a thousand populations). Lifetime: from before the first environment is opened, as
// long as it should look; what it told the library stays.
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
