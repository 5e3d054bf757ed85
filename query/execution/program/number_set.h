// Which numbers a long list names: asked for every member of a chunk, so it answers from a table.
#ifndef MUSTER_QUERY_EXECUTION_PROGRAM_NUMBER_SET_H_
#define MUSTER_QUERY_EXECUTION_PROGRAM_NUMBER_SET_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "query/tree/set_kinds.h"

namespace muster::query {

// Magnitudes of one sign, below 2^bits. A plain value.
class MagnitudeSet {
 public:
  // A bit for each magnitude where that takes at most this many for each interval.
  static constexpr uint64_t kMaxBitsOfInterval = 256;

  struct Interval {
    uint64_t low = 0;
    uint64_t high = 0;
  };

  MagnitudeSet() = default;
  // REQUIRES: `intervals` are ascending and disjoint, low ≤ high; bits ≤ 63.
  MagnitudeSet(std::vector<Interval> intervals, int bits);

  bool empty() const { return intervals_.empty(); }
  // A bit for each magnitude below 2^bits; empty: Holds searches.
  const std::vector<uint64_t>& table() const { return table_; }
  // REQUIRES: magnitude < 2^bits.
  bool Holds(uint64_t magnitude) const {
    if (!table_.empty()) return (table_[magnitude / 64] >> (magnitude % 64) & 1) != 0;
    return MayHold(magnitude) && Search(magnitude);
  }

 private:
  // Without a table: false for nearly every magnitude that isn't listed.
  bool MayHold(uint64_t magnitude) const {
    if (filter_.empty()) return !intervals_.empty();
    const uint64_t place = FilterPlace(magnitude);
    return (filter_[place / 64] >> (place % 64) & 1) != 0;
  }
  // The upper bits of a product: a multiplicative hash.
  uint64_t FilterPlace(uint64_t magnitude) const { return magnitude * 0x9e3779b97f4a7c15 >> filter_shift_; }
  bool Search(uint64_t magnitude) const;
  void FillTable(uint64_t size);
  void FillBuckets(int bits);
  void FillFilter();

  std::vector<Interval> intervals_;
  std::vector<uint64_t> table_;
  // Without a table: by the magnitude's upper bits, the first interval that may hold it.
  std::vector<uint32_t> buckets_;
  int bucket_shift_ = 0;
  // A bit for each listed magnitude, by its hash; empty where intervals are wide.
  std::vector<uint64_t> filter_;
  int filter_shift_ = 0;
};

// Immutable, thread-safe. A plain value.
class NumberSet {
 public:
  NumberSet() = default;
  // Numbers with a magnitude below 2^bits; whatever lies above is no member's. REQUIRES: `intervals` are
  // ascending and disjoint, −(2^63 − 1) ≤ low ≤ high; 0 ≤ bits ≤ 63.
  NumberSet(std::vector<NumberInterval> intervals, int bits);

  const std::vector<NumberInterval>& intervals() const { return intervals_; }
  const MagnitudeSet& from_zero() const { return from_zero_; }
  // −0 is 0, and so held where 0 is.
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
