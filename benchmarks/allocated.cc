#include "benchmarks/allocated.h"

#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<size_t> now{0};
std::atomic<size_t> greatest{0};

void* Counted(void* memory) {
  if (memory == nullptr) throw std::bad_alloc();
  const size_t held = now.fetch_add(malloc_usable_size(memory), std::memory_order_relaxed);
  const size_t reached = held + malloc_usable_size(memory);
  size_t known = greatest.load(std::memory_order_relaxed);
  while (known < reached && !greatest.compare_exchange_weak(known, reached, std::memory_order_relaxed)) {
  }
  return memory;
}

void Free(void* memory) {
  if (memory != nullptr) now.fetch_sub(malloc_usable_size(memory), std::memory_order_relaxed);
  std::free(memory);
}

}  // namespace

void* operator new(size_t size) { return Counted(std::malloc(size == 0 ? 1 : size)); }
void* operator new(size_t size, const std::nothrow_t&) noexcept { return operator new(size); }
void* operator new(size_t size, std::align_val_t alignment) {
  const size_t align = static_cast<size_t>(alignment);
  return Counted(std::aligned_alloc(align, (size + align - 1) / align * align));
}
void operator delete(void* memory) noexcept { Free(memory); }
void operator delete(void* memory, size_t) noexcept { Free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { Free(memory); }
void operator delete(void* memory, size_t, std::align_val_t) noexcept { Free(memory); }

namespace muster::benchmarks {

size_t GreatestAllocation(const std::function<void()>& work) {
  const size_t before = now.load();
  greatest.store(before);
  work();
  return greatest.load() - before;
}

}  // namespace muster::benchmarks
