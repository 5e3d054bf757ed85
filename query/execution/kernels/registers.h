// Scratch chunks of an evaluation.
#ifndef MUSTER_QUERY_EXECUTION_KERNELS_REGISTERS_H_
#define MUSTER_QUERY_EXECUTION_KERNELS_REGISTERS_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "index/bitmap/geometry.h"

namespace muster::query {

inline constexpr uint32_t kCacheLine = 64;  // bytes that the memory gives at once

// A value in a register that is also read as words.
using ListedValue __attribute__((may_alias)) = uint16_t;

// 8 KiB: a chunk as a bitset, or as a list of at most kMaxListed values.
struct alignas(64) ChunkRegister {
  uint64_t words[index::kChunkWords];

  uint8_t* bytes() { return reinterpret_cast<uint8_t*>(words); }
  ListedValue* list() { return reinterpret_cast<ListedValue*>(words); }
};

inline constexpr uint32_t kMaxListed = index::kChunkBytes / sizeof(uint16_t);
// Lists whose values are looked up one by one. A longer array is widened: looking each value up in the other
// operands costs more than whole passes (measured).
inline constexpr uint32_t kMaxDriverValues = 320;
static_assert(kMaxDriverValues <= kMaxListed);

// Registers as a stack: take what an evaluation step needs, and release down to a mark when it is done.
// Registers are made when first needed and kept, so after the first chunks nothing is allocated. Not
// thread-safe; registers live as long as the stack.
class RegisterStack {
 public:
  size_t Mark() const { return taken_; }
  // Its content is undefined.
  ChunkRegister& Take() {
    if (taken_ == registers_.size()) registers_.push_back(std::make_unique<ChunkRegister>());
    return *registers_[taken_++];
  }
  // REQUIRES: mark ≤ Mark().
  void Release(size_t mark) { taken_ = mark; }

 private:
  std::vector<std::unique_ptr<ChunkRegister>> registers_;
  size_t taken_ = 0;
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_KERNELS_REGISTERS_H_
