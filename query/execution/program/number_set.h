// The numbers of a long list. Queried for every member of a chunk, so it uses a table.
#ifndef MUSTER_QUERY_EXECUTION_PROGRAM_NUMBER_SET_H_
#define MUSTER_QUERY_EXECUTION_PROGRAM_NUMBER_SET_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "query/tree/set_kinds.h"

namespace muster::query {

// A set of magnitudes of one sign, below 2^bits. A plain value.
class MagnitudeSet {
 public:
  // A table with one bit per magnitude is used if it has at most this many bits per interval.
  static constexpr uint64_t kMaxBitsOfInterval = 256;

  struct Interval {
    uint64_t low = 0;
    uint64_t high = 0;
  };

  MagnitudeSet() = default;
  // REQUIRES: `intervals` are ascending and disjoint, low ≤ high; bits ≤ 63.
  MagnitudeSet(std::vector<Interval> intervals, int bits);

  bool empty() const { return intervals_.empty(); }
  // One bit for each magnitude below 2^bits; empty if Holds searches instead.
  const std::vector<uint64_t>& table() const { return table_; }
  // REQUIRES: magnitude < 2^bits.
  bool Holds(uint64_t magnitude) const {
    if (!table_.empty()) return (table_[magnitude / 64] >> (magnitude % 64) & 1) != 0;
    return MayHold(magnitude) && Search(magnitude);
  }

 private:
  // Use without a table: false for nearly every magnitude that isn't listed.
  bool MayHold(uint64_t magnitude) const {
    if (filter_.empty()) return !intervals_.empty();
    const uint64_t place = FilterPlace(magnitude);
    return (filter_[place / 64] >> (place % 64) & 1) != 0;
  }
  // The upper bits of a product: multiplicative hashing.
  uint64_t FilterPlace(uint64_t magnitude) const { return magnitude * 0x9e3779b97f4a7c15 >> filter_shift_; }
  bool Search(uint64_t magnitude) const;
  void FillTable(uint64_t size);
  void FillBuckets(int bits);
  void FillFilter();

  std::vector<Interval> intervals_;
  std::vector<uint64_t> table_;
  // Without a table: for each value of a magnitude's upper bits, the first interval that may contain it.
  std::vector<uint32_t> buckets_;
  int bucket_shift_ = 0;
  // One bit for the hash of each listed magnitude; empty if intervals are wide.
  std::vector<uint64_t> filter_;
  int filter_shift_ = 0;
};

// A set of signed numbers. Immutable, thread-safe. A plain value.
class NumberSet {
 public:
  NumberSet() = default;
  // Contains numbers with a magnitude below 2^bits; members have no greater ones. REQUIRES: `intervals` are
  // ascending and disjoint, −(2^63 − 1) ≤ low ≤ high; 0 ≤ bits ≤ 63.
  NumberSet(std::vector<NumberInterval> intervals, int bits);

  const std::vector<NumberInterval>& intervals() const { return intervals_; }
  const MagnitudeSet& from_zero() const { return from_zero_; }
  // Includes −0 if the set contains 0.
  const MagnitudeSet& below_zero() const { return below_zero_; }

  friend bool operator==(const NumberSet& a, const NumberSet& b) {
    return a.bits_ == b.bits_ && a.intervals_ == b.intervals_;
  }
  template <typename H>
  friend H AbslHashValue(H state, const NumberSet& set) {
    return H::combine(std::move(state), set.bits_, set.intervals_);
  }

 private:
  int bits_ = 0;
  std::vector<NumberInterval> intervals_;
  MagnitudeSet from_zero_;
  MagnitudeSet below_zero_;
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_PROGRAM_NUMBER_SET_H_
