// Memory of large vectors that live for a moment, kept for the next one.
#ifndef MUSTER_INDEX_MEMORY_BLOCK_POOL_H_
#define MUSTER_INDEX_MEMORY_BLOCK_POOL_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <new>
#include <vector>

namespace muster::index {

// The process's pool of large blocks. The C library maps such blocks from the system and returns them when
// they are freed, and each page of a new mapping costs a fault: half of a load's processor time went there.
// The pool keeps up to kIdleMax bytes of freed blocks for the next ones of about the same size. Thread-safe.
class BlockPool {
 public:
  // Smaller blocks are left to the C library, which keeps those itself; under AddressSanitizer all are, which
  // finds what is used after it was freed.
#ifdef __SANITIZE_ADDRESS__
  static constexpr size_t kLeast = std::numeric_limits<size_t>::max();
#else
  static constexpr size_t kLeast = size_t{256} << 10;
#endif
  static constexpr size_t kIdleMax = size_t{128} << 20;

  // `bytes`: at least kLeast. Throws std::bad_alloc when the system has no memory.
  static void* Take(size_t bytes);
  // `bytes`: as they were asked for.
  static void Give(void* block, size_t bytes) noexcept;

  // The bytes that a block of `bytes` takes: rounded up to a quarter of a power of two.
  static size_t BlockBytes(size_t bytes);
  static size_t IdleBytes();
  // Returns the idle blocks to the system.
  static void Trim();
};

// Takes large blocks from the pool, and small ones from the C library. Stateless: all are equal.
template <typename T>
struct BlockAllocator {
  using value_type = T;

  BlockAllocator() = default;
  template <typename U>
  BlockAllocator(const BlockAllocator<U>&) {}  // NOLINT(google-explicit-constructor): containers convert it

  T* allocate(size_t count) {
    if (count > std::numeric_limits<size_t>::max() / sizeof(T)) throw std::bad_array_new_length();
    const size_t bytes = count * sizeof(T);
    return static_cast<T*>(bytes < BlockPool::kLeast ? ::operator new(bytes) : BlockPool::Take(bytes));
  }
  void deallocate(T* block, size_t count) noexcept {
    const size_t bytes = count * sizeof(T);
    if (bytes < BlockPool::kLeast) {
      ::operator delete(block);
    } else {
      BlockPool::Give(block, bytes);
    }
  }
  template <typename U>
  friend bool operator==(const BlockAllocator&, const BlockAllocator<U>&) {
    return true;
  }
};

// A vector that may become large and doesn't live for long.
template <typename T>
using BlockVector = std::vector<T, BlockAllocator<T>>;

}  // namespace muster::index

#endif  // MUSTER_INDEX_MEMORY_BLOCK_POOL_H_
