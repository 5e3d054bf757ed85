// Blocks are mapped in sizes of 4, 5, 6 or 7 quarters of a power of two, each size with its list of idle
// blocks, whose first bytes name the next one. So at most a fifth of a block is unused, and a vector that grows soon finds a block that was freed.
// The latest freed block is taken first: its pages are probably still in the processor's caches. Blocks of
// whole huge pages ask for them, where the system gives them on request: a fault then brings 2 MiB.
#include "index/memory/block_pool.h"

#include <sys/mman.h>

#include <array>
#include <bit>

#include "absl/base/thread_annotations.h"
#include "index/concurrency/mutex.h"

namespace muster::index {
namespace {

constexpr size_t kHugePage = size_t{2} << 20;

// Null when the system has no memory.
void* Map(size_t bytes) {
  const size_t slack = bytes >= kHugePage ? kHugePage : 0;
  void* const mapped =
      ::mmap(nullptr, bytes + slack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) return nullptr;
  if (slack == 0) return mapped;
  // Only pages between aligned addresses can be huge: the ends that don't fit are unmapped.
  auto* const begin = static_cast<char*>(mapped);
  const size_t before = (kHugePage - reinterpret_cast<uintptr_t>(begin) % kHugePage) % kHugePage;
  if (before > 0) ::munmap(begin, before);
  if (before < slack) ::munmap(begin + before + bytes, slack - before);
  ::madvise(begin + before, bytes, MADV_HUGEPAGE);  // advice: without it the pages are small
  return begin + before;
}

class Pool {
 public:
  void* Take(size_t bytes) {
    {
      MutexLock lock(mutex_);
      Idle*& first = idle_[ListOf(bytes)];
      if (first != nullptr) {
        Idle* const block = first;
        first = block->next;
        idle_bytes_ -= bytes;
        return block;
      }
    }
    if (void* const block = Map(bytes)) return block;
    Trim();
    return Map(bytes);
  }

  void Give(void* block, size_t bytes) noexcept {
    {
      MutexLock lock(mutex_);
      if (idle_bytes_ + bytes <= BlockPool::kIdleMax) {
        Idle*& first = idle_[ListOf(bytes)];
        first = new (block) Idle{first};
        idle_bytes_ += bytes;
        return;
      }
    }
    ::munmap(block, bytes);
  }

  void Trim() {
    std::array<Idle*, kLists> idle{};
    {
      MutexLock lock(mutex_);
      idle.swap(idle_);
      idle_bytes_ = 0;
    }
    for (size_t list = 0; list < kLists; ++list) {
      while (idle[list] != nullptr) {
        Idle* const block = idle[list];
        idle[list] = block->next;
        ::munmap(block, BytesOf(list));
      }
    }
  }

  size_t idle_bytes() {
    MutexLock lock(mutex_);
    return idle_bytes_;
  }

 private:
  struct Idle {
    Idle* next;
  };
  static constexpr size_t kLists = 64 * 4;

  // REQUIRES: a size of blocks.
  static size_t ListOf(size_t bytes) {
    const auto power = static_cast<size_t>(std::bit_width(bytes)) - 1;
    return power * 4 + (bytes >> (power - 2)) - 4;
  }
  static size_t BytesOf(size_t list) { return (4 + list % 4) << (list / 4 - 2); }

  Mutex mutex_;
  std::array<Idle*, kLists> idle_ ABSL_GUARDED_BY(mutex_) = {};
  size_t idle_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

// Never destroyed: vectors of static lifetime may outlive any other object.
Pool& ThePool() {
  static Pool* const pool = new Pool;
  return *pool;
}

}  // namespace

size_t BlockPool::BlockBytes(size_t bytes) {
  const size_t quarter = std::bit_floor(bytes) / 4;
  return (bytes + quarter - 1) / quarter * quarter;
}

void* BlockPool::Take(size_t bytes) {
  // A size this large would wrap when it is rounded; no vector can have it.
  if (bytes > std::numeric_limits<size_t>::max() / 4) throw std::bad_alloc();
  void* const block = ThePool().Take(BlockBytes(bytes));
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

void BlockPool::Give(void* block, size_t bytes) noexcept { ThePool().Give(block, BlockBytes(bytes)); }

size_t BlockPool::IdleBytes() { return ThePool().idle_bytes(); }

void BlockPool::Trim() { ThePool().Trim(); }

}  // namespace muster::index
