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
// the process holds more than kSmall; a process that is small is left alone. Lifetime: as long as it should
// look.
class SpareMemory {
 public:
  static constexpr uint64_t kSmall = uint64_t{96} << 20;

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
