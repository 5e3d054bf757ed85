// The kernels' loops, written once over a vector type. kernels_portable.cc, kernels_avx2.cc and
// kernels_avx512.cc include this file after selecting the target processor, each with its own vector type in
// an unnamed namespace, so that code for one processor is never linked into another's.
//
// `V` is a set of static functions over V::Vector, a few bytes of a chunk:
//   Load, Store, Zero, Ones, And, Or, Xor, Minus (x and not y), IsZero
//   V::Counter   counts the bits of blocks: Add, then Total
#ifndef MUSTER_QUERY_EXECUTION_KERNELS_KERNEL_LOOPS_H_
#define MUSTER_QUERY_EXECUTION_KERNELS_KERNEL_LOOPS_H_

#include <bit>
#include <cstdint>

#include "index/bitmap/geometry.h"
#include "index/bitmap/little_endian.h"
#include "query/execution/kernels/kernels.h"

#define MUSTER_KERNEL __attribute__((always_inline)) static inline

namespace muster::query {

template <typename V>
struct KernelLoops {
  using Vector = typename V::Vector;
  static constexpr uint32_t kVectorBytes = sizeof(Vector);
  static constexpr uint32_t kBlockBytes = 4 * kVectorBytes;

  // Four vectors processed together in one iteration, which hides the cost of the loop over the operands.
  // Four members rather than an array, because GCC 12 at -O2 keeps a loop over such an array in memory
  // (measured: half the speed).
  struct Block {
    Vector a, b, c, d;
  };

  // Stored containers are adjacent, so reading ahead past the end of one fetches the start of the next
  // chunk's. The processor's own prefetcher stops at the end of a page (measured: with prefetching, two
  // operands take a quarter less time).
  static constexpr uint32_t kPrefetchAhead = 1024;
  MUSTER_KERNEL void Prefetch(const uint8_t* bytes) {
    for (uint32_t line = 0; line < kBlockBytes; line += 64) __builtin_prefetch(bytes + line);
  }

  MUSTER_KERNEL Block LoadBlock(const uint8_t* bytes) {
    return {V::Load(bytes), V::Load(bytes + kVectorBytes), V::Load(bytes + size_t{2} * kVectorBytes),
            V::Load(bytes + size_t{3} * kVectorBytes)};
  }
  MUSTER_KERNEL void StoreBlock(uint8_t* bytes, const Block& x) {
    V::Store(bytes, x.a);
    V::Store(bytes + kVectorBytes, x.b);
    V::Store(bytes + size_t{2} * kVectorBytes, x.c);
    V::Store(bytes + size_t{3} * kVectorBytes, x.d);
  }
  MUSTER_KERNEL Block Filled(Vector v) { return {v, v, v, v}; }
  MUSTER_KERNEL Block And(const Block& x, const Block& y) {
    return {V::And(x.a, y.a), V::And(x.b, y.b), V::And(x.c, y.c), V::And(x.d, y.d)};
  }
  MUSTER_KERNEL Block Or(const Block& x, const Block& y) {
    return {V::Or(x.a, y.a), V::Or(x.b, y.b), V::Or(x.c, y.c), V::Or(x.d, y.d)};
  }
  MUSTER_KERNEL Block Minus(const Block& x, const Block& y) {
    return {V::Minus(x.a, y.a), V::Minus(x.b, y.b), V::Minus(x.c, y.c), V::Minus(x.d, y.d)};
  }
  MUSTER_KERNEL bool IsZero(const Block& x) { return V::IsZero(V::Or(V::Or(x.a, x.b), V::Or(x.c, x.d))); }

  template <bool kReadAhead = true>
  MUSTER_KERNEL Block IntersectBlock(const ChunkOperands& operands, uint32_t offset) {
    const uint8_t* const* bitsets = operands.bitsets;
    Block block = operands.positives > 0 ? LoadBlock(bitsets[0] + offset) : Filled(V::Ones());
    for (uint32_t i = 0; kReadAhead && i < operands.count(); ++i)
      Prefetch(bitsets[i] + offset + kPrefetchAhead);
    for (uint32_t i = 1; i < operands.positives; ++i) block = And(block, LoadBlock(bitsets[i] + offset));
    for (uint32_t i = operands.positives; i < operands.count(); ++i) {
      block = Minus(block, LoadBlock(bitsets[i] + offset));
    }
    return block;
  }

  static uint32_t Intersect(const ChunkOperands& operands, uint8_t* out) {
    typename V::Counter counter;
    for (uint32_t offset = 0; offset < index::kChunkBytes; offset += kBlockBytes) {
      const Block block = IntersectBlock(operands, offset);
      if (out != nullptr) StoreBlock(out + offset, block);
      counter.Add(block.a, block.b, block.c, block.d);
    }
    return counter.Total();
  }

  static_assert(kPartBytes % kBlockBytes == 0);

  static uint32_t IntersectParts(const ChunkOperands& operands, uint32_t parts, uint8_t* out) {
    typename V::Counter counter;
    for (; parts != 0; parts &= parts - 1) {
      const uint32_t first = static_cast<uint32_t>(std::countr_zero(parts)) * kPartBytes;
      for (uint32_t offset = first; offset < first + kPartBytes; offset += kBlockBytes) {
        const Block block = IntersectBlock<false>(operands, offset);
        if (out != nullptr) StoreBlock(out + offset, block);
        counter.Add(block.a, block.b, block.c, block.d);
      }
    }
    return counter.Total();
  }

  static uint32_t OccupiedParts(const uint8_t* bitset) {
    uint32_t occupied = 0;
    for (uint32_t part = 0; part < kChunkParts; ++part) {
      bool anybody = false;
      for (uint32_t offset = part * kPartBytes; offset < (part + 1) * kPartBytes; offset += kBlockBytes) {
        anybody = anybody || !IsZero(LoadBlock(bitset + offset));
      }
      occupied |= static_cast<uint32_t>(anybody) << part;
    }
    return occupied;
  }

  static void CountRows(const ChunkOperands& operands, const uint8_t* const* rows, uint32_t row_count,
                        uint64_t* counts) {
    for (uint32_t first = 0; first < row_count; first += kRowsAtOnce) {
      const uint32_t some = row_count - first < kRowsAtOnce ? row_count - first : kRowsAtOnce;
      typename V::Counter counters[kRowsAtOnce];
      for (uint32_t offset = 0; offset < index::kChunkBytes; offset += kBlockBytes) {
        const Block selected = IntersectBlock(operands, offset);
        for (uint32_t i = 0; i < some; ++i) {
          Prefetch(rows[first + i] + offset + kPrefetchAhead);
          const Block both = And(selected, LoadBlock(rows[first + i] + offset));
          counters[i].Add(both.a, both.b, both.c, both.d);
        }
      }
      for (uint32_t i = 0; i < some; ++i) counts[first + i] += counters[i].Total();
    }
  }
  // As many streams as a processor's prefetcher follows; their counters stay in the first-level cache.
  static constexpr uint32_t kRowsAtOnce = 16;

  static uint32_t Unite(const uint8_t* const* bitsets, uint32_t count, uint8_t* out) {
    typename V::Counter counter;
    for (uint32_t offset = 0; offset < index::kChunkBytes; offset += kBlockBytes) {
      Block block = Filled(V::Zero());
      for (uint32_t i = 0; i < count; ++i) block = Or(block, LoadBlock(bitsets[i] + offset));
      if (out != nullptr) StoreBlock(out + offset, block);
      counter.Add(block.a, block.b, block.c, block.d);
    }
    return counter.Total();
  }

  static void Toggle(const uint8_t* operand, uint8_t* accumulator) {
    for (uint32_t offset = 0; offset < index::kChunkBytes; offset += kVectorBytes) {
      V::Store(accumulator + offset, V::Xor(V::Load(accumulator + offset), V::Load(operand + offset)));
    }
  }

  // An ascending value often falls into the word of the one before it and would have to wait for its store.
  // So eight places of the array are processed in parallel (measured: 0.5 ns a value instead of 0.8 to 1.2).
  static void SetValues(const uint8_t* values, uint32_t count, uint8_t* bitset) {
    constexpr uint32_t kPlaces = 8;
    const uint32_t stride = count / kPlaces;
    for (uint32_t i = 0; i < stride; ++i) {
#pragma GCC unroll 8
      for (uint32_t place = 0; place < kPlaces; ++place) SetValue(values, i + place * stride, bitset);
    }
    for (uint32_t i = stride * kPlaces; i < count; ++i) SetValue(values, i, bitset);
  }
  MUSTER_KERNEL void SetValue(const uint8_t* values, uint32_t place, uint8_t* bitset) {
    const uint32_t value = index::LoadLittle<uint16_t>(values + size_t{place} * 2);
    uint8_t* word = bitset + size_t{value / 64} * 8;
    index::StoreLittle(word, index::LoadLittle<uint64_t>(word) | uint64_t{1} << (value % 64));
  }

  // Bit-sliced counters: for each bit, in how many operands it is set, as four bits, the lowest in `one`.
  struct Sums {
    Vector one, two, four, eight;
  };

  // Adds a carry to `two` and propagates it. With at most kMaxCounted operands, `eight` never overflows.
  MUSTER_KERNEL void CarryToTwo(Sums& sums, Vector carry) {
    const Vector to_four = V::And(sums.two, carry);
    sums.two = V::Xor(sums.two, carry);
    const Vector to_eight = V::And(sums.four, to_four);
    sums.four = V::Xor(sums.four, to_four);
    sums.eight = V::Or(sums.eight, to_eight);
  }
  MUSTER_KERNEL void AddOne(Sums& sums, Vector x) {
    const Vector carry = V::And(sums.one, x);
    sums.one = V::Xor(sums.one, x);
    CarryToTwo(sums, carry);
  }
  // Adds two vectors with a full adder, which yields a single carry.
  MUSTER_KERNEL void AddTwo(Sums& sums, Vector x, Vector y) {
    const Vector either = V::Xor(sums.one, x);
    const Vector carry = V::Or(V::And(sums.one, x), V::And(either, y));
    sums.one = V::Xor(either, y);
    CarryToTwo(sums, carry);
  }

  MUSTER_KERNEL Sums SumUp(const ChunkOperands& operands, uint32_t offset) {
    Sums sums{V::Zero(), V::Zero(), V::Zero(), V::Zero()};
    const uint8_t* const* bitsets = operands.bitsets;
    uint32_t i = 0;
    for (; i + 1 < operands.positives; i += 2) {
      AddTwo(sums, V::Load(bitsets[i] + offset), V::Load(bitsets[i + 1] + offset));
    }
    if (i < operands.positives) AddOne(sums, V::Load(bitsets[i++] + offset));
    for (; i < operands.count(); ++i) AddOne(sums, V::Minus(V::Ones(), V::Load(bitsets[i] + offset)));
    return sums;
  }

  // One step of a comparison with `wanted`, from the top bit: `equal` so far, or already `above` it.
  MUSTER_KERNEL void CompareBit(Vector sum, bool wanted, Vector& equal, Vector& above) {
    if (!wanted) above = V::Or(above, V::And(equal, sum));
    equal = wanted ? V::And(equal, sum) : V::Minus(equal, sum);
  }

  MUSTER_KERNEL Vector AtLeastVector(const ChunkOperands& operands, uint32_t wanted, uint32_t offset) {
    const Sums sums = SumUp(operands, offset);
    Vector equal = V::Ones();
    Vector above = V::Zero();
    CompareBit(sums.eight, (wanted & 8) != 0, equal, above);
    CompareBit(sums.four, (wanted & 4) != 0, equal, above);
    CompareBit(sums.two, (wanted & 2) != 0, equal, above);
    CompareBit(sums.one, (wanted & 1) != 0, equal, above);
    return V::Or(above, equal);
  }

  static uint32_t AtLeast(const ChunkOperands& operands, uint32_t wanted, uint8_t* out) {
    typename V::Counter counter;
    for (uint32_t offset = 0; offset < index::kChunkBytes; offset += kBlockBytes) {
      for (uint32_t i = 0; i < operands.count(); ++i) Prefetch(operands.bitsets[i] + offset + kPrefetchAhead);
      const Block block = {AtLeastVector(operands, wanted, offset),
                           AtLeastVector(operands, wanted, offset + kVectorBytes),
                           AtLeastVector(operands, wanted, offset + 2 * kVectorBytes),
                           AtLeastVector(operands, wanted, offset + 3 * kVectorBytes)};
      if (out != nullptr) StoreBlock(out + offset, block);
      counter.Add(block.a, block.b, block.c, block.d);
    }
    return counter.Total();
  }

  static void AddToPlanes(const ChunkOperands& operands, uint8_t* const* planes, uint32_t plane_count) {
    for (uint32_t offset = 0; offset < index::kChunkBytes; offset += kVectorBytes) {
      const Sums sums = SumUp(operands, offset);
      const Vector addend[] = {sums.one, sums.two, sums.four, sums.eight};
      Vector carry = V::Zero();
      for (uint32_t i = 0; i < plane_count; ++i) {
        if (i >= 4 && V::IsZero(carry)) break;
        const Vector plane = V::Load(planes[i] + offset);
        const Vector added = i < 4 ? addend[i] : V::Zero();
        const Vector either = V::Xor(plane, added);
        V::Store(planes[i] + offset, V::Xor(either, carry));
        carry = V::Or(V::And(plane, added), V::And(either, carry));
      }
    }
  }

  // Two vectors, so that the three sets of a comparison and a slice fit sixteen registers.
  struct Pair {
    Vector a, b;
  };
  MUSTER_KERNEL Pair LoadPair(const uint8_t* bytes) {
    return {V::Load(bytes), V::Load(bytes + kVectorBytes)};
  }
  MUSTER_KERNEL Pair And(const Pair& x, const Pair& y) { return {V::And(x.a, y.a), V::And(x.b, y.b)}; }
  MUSTER_KERNEL Pair Or(const Pair& x, const Pair& y) { return {V::Or(x.a, y.a), V::Or(x.b, y.b)}; }
  MUSTER_KERNEL Pair Minus(const Pair& x, const Pair& y) { return {V::Minus(x.a, y.a), V::Minus(x.b, y.b)}; }

  // The part of `equal` whose numbers are within the bounds (O'Neil and Quass 1997, both bounds in one walk).
  // From the top bit down the bounds are equal at first; from the first bit on in which they differ, `at_low`
  // and `at_high` hold the members equal to one of them so far, and `within` those strictly between. Below
  // `last`, neither bound excludes any member.
  MUSTER_KERNEL Pair BetweenPair(Pair equal, const ChunkNumbers& numbers, uint32_t offset, uint32_t parting,
                                 uint32_t last) {
    uint32_t bit = numbers.bits;
    while (bit > parting) {
      --bit;
      const Pair slice = LoadPair(numbers.slices[bit] + offset);
      equal = (numbers.low >> bit & 1) != 0 ? And(equal, slice) : Minus(equal, slice);
    }
    if (bit <= last) return equal;
    const Pair first = LoadPair(numbers.slices[--bit] + offset);
    Pair at_low = Minus(equal, first);
    Pair at_high = And(equal, first);
    Pair within = {V::Zero(), V::Zero()};
    while (bit > last) {
      const Pair slice = LoadPair(numbers.slices[--bit] + offset);
      if ((numbers.low >> bit & 1) != 0) {
        at_low = And(at_low, slice);
      } else {
        within = Or(within, And(at_low, slice));
        at_low = Minus(at_low, slice);
      }
      if ((numbers.high >> bit & 1) != 0) {
        within = Or(within, Minus(at_high, slice));
        at_high = And(at_high, slice);
      } else {
        at_high = Minus(at_high, slice);
      }
    }
    return Or(within, Or(at_low, at_high));
  }
  MUSTER_KERNEL Block BetweenBlock(const Block& equal, const ChunkNumbers& numbers, uint32_t offset,
                                   uint32_t parting, uint32_t last) {
    const Pair first = BetweenPair({equal.a, equal.b}, numbers, offset, parting, last);
    const Pair second = BetweenPair({equal.c, equal.d}, numbers, offset + 2 * kVectorBytes, parting, last);
    return {first.a, first.b, second.a, second.b};
  }

  static uint32_t Between(const ChunkOperands& operands, const ChunkNumbers& numbers, uint8_t* out) {
    const uint64_t greatest = (uint64_t{1} << numbers.bits) - 1;
    ChunkNumbers bounded = numbers;
    if (bounded.high > greatest) bounded.high = greatest;
    const bool nobody = bounded.low > greatest;
    const uint32_t parting = static_cast<uint32_t>(std::bit_width(bounded.low ^ bounded.high));
    // Trailing zeros of `low` and trailing ones of `high` exclude no member.
    uint32_t last = 0;
    while (last < parting && (bounded.low >> last & 1) == 0 && (bounded.high >> last & 1) != 0) ++last;
    typename V::Counter counter;
    for (uint32_t offset = 0; offset < index::kChunkBytes; offset += kBlockBytes) {
      Block block = nobody ? Filled(V::Zero()) : IntersectBlock(operands, offset);
      for (uint32_t bit = last; bit < numbers.bits; ++bit)
        Prefetch(numbers.slices[bit] + offset + kPrefetchAhead);
      if (!IsZero(block)) block = BetweenBlock(block, bounded, offset, parting, last);
      if (out != nullptr) StoreBlock(out + offset, block);
      counter.Add(block.a, block.b, block.c, block.d);
    }
    return counter.Total();
  }

  MUSTER_KERNEL Pair Xor(const Pair& x, const Pair& y) { return {V::Xor(x.a, y.a), V::Xor(x.b, y.b)}; }
  MUSTER_KERNEL Pair FilledPair(Vector v) { return {v, v}; }
  MUSTER_KERNEL bool IsZero(const Pair& x) { return V::IsZero(V::Or(x.a, x.b)); }

  // A full adder: plane := the lower bit of plane + x + carry, carry := the upper bit.
  MUSTER_KERNEL void AddBit(Pair& plane, const Pair& x, Pair& carry) {
    const Pair either = Xor(plane, x);
    const Pair both = And(plane, x);
    plane = Xor(either, carry);
    carry = Or(both, And(either, carry));
  }

  // The mask s of the members whose magnitude bits are inverted; it is also the first carry. In two's
  // complement the number with magnitude m is (m ⊕ s) + (1 if s is set), where s is set for negative numbers.
  // To subtract the number, s is inverted.
  MUSTER_KERNEL Pair InvertedFor(const ChunkTerm& term, const SumStep& step, uint32_t offset) {
    const Pair sign = term.sign != nullptr ? LoadPair(term.sign + offset) : FilledPair(V::Zero());
    return step.subtracted ? Xor(sign, FilledPair(V::Ones())) : sign;
  }

  // Sets the planes to the value of one step; planes[i] holds bit i of the sums.
  MUSTER_KERNEL void StartWith(const ChunkTerm& term, const SumStep& step, uint32_t bits, uint32_t offset,
                               Pair* planes) {
    const Pair inverted = InvertedFor(term, step, offset);
    const uint32_t end = step.shift + term.bits < bits ? step.shift + term.bits : bits;
    for (uint32_t bit = 0; bit < step.shift; ++bit) planes[bit] = FilledPair(V::Zero());
    Pair carry = inverted;
    for (uint32_t bit = step.shift; bit < bits; ++bit) {
      const Pair x = bit < end ? Xor(LoadPair(term.slices[bit - step.shift] + offset), inverted) : inverted;
      planes[bit] = Xor(x, carry);
      carry = And(x, carry);
    }
  }

  // Adds one step. The carry out of the highest plane is dropped: partial sums may wrap, the final sum fits.
  MUSTER_KERNEL void AddStep(const ChunkTerm& term, const SumStep& step, uint32_t bits, uint32_t offset,
                             Pair* planes) {
    const Pair inverted = InvertedFor(term, step, offset);
    Pair carry = inverted;
    const uint32_t end = step.shift + term.bits < bits ? step.shift + term.bits : bits;
    for (uint32_t bit = step.shift; bit < end; ++bit) {
      AddBit(planes[bit], Xor(LoadPair(term.slices[bit - step.shift] + offset), inverted), carry);
    }
    const bool plain = term.sign == nullptr && !step.subtracted;
    for (uint32_t bit = end; bit < bits; ++bit) {
      if (plain && IsZero(carry)) return;
      AddBit(planes[bit], inverted, carry);
    }
  }

  // Compares from the lowest bit up, so that the highest bit that differs decides.
  MUSTER_KERNEL Pair WithinBounds(const ChunkSums& sums, uint32_t low_from, uint32_t high_from,
                                  const Pair* planes) {
    Pair at_least = FilledPair(V::Ones());
    Pair at_most = FilledPair(V::Ones());
    for (uint32_t bit = low_from; bit < sums.bits; ++bit) {
      at_least = sums.low.Has(bit) ? And(at_least, planes[bit]) : Or(at_least, planes[bit]);
    }
    for (uint32_t bit = high_from; bit < sums.bits; ++bit) {
      const Pair unset = Xor(planes[bit], FilledPair(V::Ones()));
      at_most = sums.high.Has(bit) ? Or(at_most, unset) : And(at_most, unset);
    }
    return And(at_least, at_most);
  }

  static void SumPair(const ChunkSums& sums, uint32_t offset, uint32_t low_from, uint32_t high_from,
                      Pair& kept) {
    Pair planes[kMaxSumBits];
    bool started = false;
    for (uint32_t i = 0; i < sums.step_count; ++i) {
      const SumStep& step = sums.steps[i];
      const ChunkTerm& term = sums.terms[step.term];
      if (term.bits == 0) continue;
      if (started) {
        AddStep(term, step, sums.bits, offset, planes);
      } else {
        StartWith(term, step, sums.bits, offset, planes);
      }
      started = true;
    }
    Pair& highest = planes[sums.bits - 1];
    highest = Xor(highest, FilledPair(V::Ones()));
    kept = And(kept, WithinBounds(sums, low_from, high_from, planes));
  }

  // Prefetches each term once: steps of one term are adjacent.
  MUSTER_KERNEL void PrefetchTerms(const ChunkSums& sums, uint32_t offset) {
    for (uint32_t i = 0; i < sums.step_count; ++i) {
      const uint32_t place = sums.steps[i].term;
      if (i > 0 && sums.steps[i - 1].term == place) continue;
      const ChunkTerm& term = sums.terms[place];
      if (term.sign != nullptr) Prefetch(term.sign + offset);
      for (uint32_t bit = 0; bit < term.bits; ++bit) Prefetch(term.slices[bit] + offset);
    }
  }

  static uint32_t SumBetween(const ChunkOperands& operands, const ChunkSums& sums, uint8_t* out) {
    // Trailing zeros of `low` and trailing ones of `high` exclude no sum, so the comparison skips them.
    uint32_t low_from = 0;
    while (low_from < sums.bits && !sums.low.Has(low_from)) ++low_from;
    uint32_t high_from = 0;
    while (high_from < sums.bits && sums.high.Has(high_from)) ++high_from;
    typename V::Counter counter;
    for (uint32_t offset = 0; offset < index::kChunkBytes; offset += kBlockBytes) {
      Block block = IntersectBlock(operands, offset);
      PrefetchTerms(sums, offset + kPrefetchAhead);
      if (!IsZero(block)) {
        Pair first{block.a, block.b};
        Pair second{block.c, block.d};
        SumPair(sums, offset, low_from, high_from, first);
        SumPair(sums, offset + 2 * kVectorBytes, low_from, high_from, second);
        block = {first.a, first.b, second.a, second.b};
      }
      if (out != nullptr) StoreBlock(out + offset, block);
      counter.Add(block.a, block.b, block.c, block.d);
    }
    return counter.Total();
  }

  static constexpr Kernels Named(const char* name) {
    return {name,    Intersect, IntersectParts, OccupiedParts, CountRows, Unite,
            AtLeast, Between,   SumBetween,     Toggle,        SetValues, AddToPlanes};
  }
};

}  // namespace muster::query

#undef MUSTER_KERNEL

#endif  // MUSTER_QUERY_EXECUTION_KERNELS_KERNEL_LOOPS_H_
