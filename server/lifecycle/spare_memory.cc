#include "server/lifecycle/spare_memory.h"

#include <malloc.h>
#include <unistd.h>

#include <fstream>

#include "index/memory/block_pool.h"

namespace muster::server {

uint64_t AnonymousBytes() {
  std::ifstream statm("/proc/self/statm");
  uint64_t size = 0, resident = 0, shared = 0;
  if (!(statm >> size >> resident >> shared) || resident < shared) return 0;
  return (resident - shared) * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

SpareMemory::SpareMemory(std::chrono::milliseconds interval)
    : interval_(interval), thread_([this] { Run(); }) {
  mallopt(M_TRIM_THRESHOLD, kKeptAtEnd);
  mallopt(M_MMAP_THRESHOLD, kMappedAlone);
}

SpareMemory::~SpareMemory() {
  {
    MutexLock lock(mutex_);
    ending_ = true;
  }
  wake_.NotifyAll();
  thread_.join();
}

void SpareMemory::Run() {
  while (true) {
    {
      MutexLock lock(mutex_);
      const auto next = std::chrono::steady_clock::now() + interval_;
      while (!ending_ && wake_.WaitUntil(mutex_, next)) {
      }
      if (ending_) return;
    }
    if (AnonymousBytes() <= kSmall) continue;
    index::BlockPool::Trim();
    malloc_trim(0);
  }
}

}  // namespace muster::server
