// Scratch chunks of an evaluation.
#ifndef MUSTER_QUERY_EXECUTION_KERNELS_REGISTERS_H_
#define MUSTER_QUERY_EXECUTION_KERNELS_REGISTERS_H_

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

#include "absl/types/span.h"
#include "index/bitmap/geometry.h"

namespace muster::query {

inline constexpr uint32_t kCacheLine = 64;  // bytes that the memory gives at once

// A value in a register that is also read as words.
using ListedValue __attribute__((may_alias)) = uint16_t;

// 8 KiB of scratch: a chunk as a bitset, or as a list of at most kMaxListed values.
struct alignas(64) ChunkRegister {
  uint64_t words[index::kChunkWords];

  uint8_t* bytes() { return reinterpret_cast<uint8_t*>(words); }
  ListedValue* list() { return reinterpret_cast<ListedValue*>(words); }
};

inline constexpr uint32_t kMaxListed = index::kChunkBytes / sizeof(uint16_t);
// The longest list whose values are looked up one by one. Longer arrays are converted to bitsets, because
// then looking up each value in the other operands costs more than whole passes (measured).
inline constexpr uint32_t kMaxDriverValues = 320;
static_assert(kMaxDriverValues <= kMaxListed);

class RegisterScope;

// The registers of nested evaluations. They are allocated on first use and kept, so that nothing is allocated
// after the first chunks. Not thread-safe; registers live as long as the stack.
class RegisterStack {
 public:
  RegisterStack() = default;
  RegisterStack(const RegisterStack&) = delete;
  RegisterStack& operator=(const RegisterStack&) = delete;

 private:
  friend class RegisterScope;
  // Rare, so kept out of the inlined code.
  __attribute__((noinline)) void Grow() { registers_.push_back(std::make_unique<ChunkRegister>()); }

  std::vector<std::unique_ptr<ChunkRegister>> registers_;
  size_t taken_ = 0;
  const RegisterScope* innermost_ = nullptr;
};

// The registers that one evaluation takes from the stack, returned when the scope ends. Scopes nest. A
// function that returns a set in a register takes that register from its caller's scope.
class RegisterScope {
 public:
  explicit RegisterScope(RegisterStack& stack)
      : stack_(stack), first_(stack.taken_), outer_(stack.innermost_) {
    stack.innermost_ = this;
  }
  ~RegisterScope() {
    stack_.taken_ = first_;
    stack_.innermost_ = outer_;
  }
  RegisterScope(const RegisterScope&) = delete;
  RegisterScope& operator=(const RegisterScope&) = delete;

  // The content is undefined. REQUIRES: no scope within this one is open; its registers would be handed out
  // twice, so the program aborts.
  ChunkRegister& Take() {
    if (stack_.innermost_ != this) std::abort();
    if (stack_.taken_ == stack_.registers_.size()) stack_.Grow();
    return *stack_.registers_[stack_.taken_++];
  }
  // The number of registers taken and not returned.
  size_t taken() const { return stack_.taken_ - first_; }
  // Returns all of them before the scope ends.
  void GiveBack() { stack_.taken_ = first_; }

 private:
  RegisterStack& stack_;
  const size_t first_;
  const RegisterScope* const outer_;
};

// Values of nested evaluations on one stack, whose memory is kept; those pushed in a scope are removed when
// it ends. A push in an inner scope may move them, so no reference may outlive an evaluation.
template <typename T>
class StackScope {
 public:
  explicit StackScope(std::vector<T>& stack) : stack_(stack), first_(stack.size()) {}
  ~StackScope() { stack_.resize(first_); }
  StackScope(const StackScope&) = delete;
  StackScope& operator=(const StackScope&) = delete;

  // REQUIRES for both: no scope within this one is open.
  T& Push() { return stack_.emplace_back(); }
  size_t size() const { return stack_.size() - first_; }
  // All of them; valid until the next push.
  absl::Span<const T> values() const { return {stack_.data() + first_, size()}; }
  const T& operator[](size_t place) const { return stack_[first_ + place]; }

 private:
  std::vector<T>& stack_;
  const size_t first_;
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_KERNELS_REGISTERS_H_
