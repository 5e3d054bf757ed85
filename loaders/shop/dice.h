// Reproducible random numbers that depend only on seed, member and question.
#ifndef MUSTER_LOADERS_SHOP_DICE_H_
#define MUSTER_LOADERS_SHOP_DICE_H_

#include <cstdint>

namespace muster::loaders {

// The random numbers of one member. A question is any number; its result is always the same, regardless of
// the order of questions. A plain value.
class Dice {
 public:
  Dice(uint64_t seed, uint64_t member) : base_(Mix(seed * 0x9e3779b97f4a7c15 + Mix(member + 1))) {}

  // 64 uniformly distributed bits.
  uint64_t Bits(uint64_t question) const { return Mix(base_ + question * 0xd1342543de82ef95); }
  // Uniform in [0, 1).
  double Unit(uint64_t question) const { return static_cast<double>(Bits(question) >> 11) * 0x1.0p-53; }
  // True with the given probability.
  bool Chance(uint64_t question, double probability) const { return Unit(question) < probability; }
  // Uniform in [0, sides). REQUIRES: sides > 0.
  uint32_t Below(uint64_t question, uint32_t sides) const {
    return static_cast<uint32_t>(((Bits(question) >> 32) * sides) >> 32);
  }

 private:
  // A bijection on 64 bits in which every input bit affects every output bit.
  static uint64_t Mix(uint64_t x) {
    x = (x ^ (x >> 32)) * 0xe9846af9b1a615d;
    x = (x ^ (x >> 32)) * 0xe9846af9b1a615d;
    return x ^ (x >> 28);
  }

  uint64_t base_;
};

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_SHOP_DICE_H_
