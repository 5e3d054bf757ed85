// Collects bitsets to be intersected in one pass.
#ifndef MUSTER_QUERY_EXECUTION_KERNELS_FUSED_OPERANDS_H_
#define MUSTER_QUERY_EXECUTION_KERNELS_FUSED_OPERANDS_H_

#include <algorithm>
#include <array>
#include <cstdint>

#include "query/execution/kernels/kernels.h"

namespace muster::query {

// The most operands of one pass: as many streams as a processor's prefetcher follows.
inline constexpr uint32_t kMaxFused = 8;

// The pending operands of an intersection. A plain value; refers to the bitsets.
class FusedOperands {
 public:
  bool Full() const { return Count() == kMaxFused; }
  uint32_t Count() const { return positives_ + negatives_; }

  // REQUIRES: not Full. Positives are stored at the front of the array, negatives at the back.
  void Add(const uint8_t* bitset, bool negated) {
    if (negated) {
      ++negatives_;
      bitsets_[kMaxFused - negatives_] = bitset;
    } else {
      bitsets_[positives_++] = bitset;
    }
  }

  // The pending operands, stored in `room`, which must live as long as the result is used.
  using Room = std::array<const uint8_t*, kMaxFused>;
  ChunkOperands Waiting(Room& room) const {
    std::copy_n(bitsets_.begin(), positives_, room.begin());
    std::copy_n(bitsets_.end() - negatives_, negatives_, room.begin() + positives_);
    return {room.data(), positives_, negatives_};
  }

  // Replaces the pending operands by their intersection in `out` (null: only counts). Returns the count.
  uint32_t Fuse(const Kernels& kernels, uint8_t* out) {
    Room room;
    const uint32_t count = kernels.intersect(Waiting(room), out);
    StartWith(out);
    return count;
  }
  // Replaces the pending operands by this one.
  void StartWith(const uint8_t* bitset) {
    bitsets_[0] = bitset;
    positives_ = 1;
    negatives_ = 0;
  }

 private:
  Room bitsets_;
  uint32_t positives_ = 0;
  uint32_t negatives_ = 0;
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_KERNELS_FUSED_OPERANDS_H_
