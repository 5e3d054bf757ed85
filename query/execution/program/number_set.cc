// A set of magnitudes is a bit table if that takes few bits per interval. Otherwise an interval is found by
// binary search within a bucket of the magnitude's upper bits, and a filter with one hash function tells
// beforehand that nearly every magnitude outside the set isn't in it.
#include "query/execution/program/number_set.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "index/bitmap/number_slices.h"

namespace muster::query {
namespace {

// A table of this size (8 KiB) is always worthwhile.
constexpr uint64_t kSmallTable = uint64_t{1} << 16;
// A filter has 16 to 32 bits for each magnitude, and at least 2^12.
constexpr int kMinFilterBits = 12;
// Wider intervals are searched without a filter. Typical lists have single numbers and a few neighbours.
constexpr uint64_t kMaxFilteredOfInterval = 64;

std::vector<MagnitudeSet::Interval> FromZero(const std::vector<NumberInterval>& intervals) {
  std::vector<MagnitudeSet::Interval> magnitudes;
  for (const NumberInterval& interval : intervals) {
    if (interval.high < 0) continue;
    magnitudes.push_back(
        {index::MagnitudeOf(std::max<int64_t>(interval.low, 0)), index::MagnitudeOf(interval.high)});
  }
  return magnitudes;
}

// Below zero, a greater magnitude is a lesser number.
std::vector<MagnitudeSet::Interval> BelowZero(const std::vector<NumberInterval>& intervals) {
  std::vector<MagnitudeSet::Interval> magnitudes;
  for (auto interval = intervals.rbegin(); interval != intervals.rend(); ++interval) {
    if (interval->low > 0) continue;
    magnitudes.push_back(
        {index::MagnitudeOf(std::min<int64_t>(interval->high, 0)), index::MagnitudeOf(interval->low)});
  }
  return magnitudes;
}

}  // namespace

MagnitudeSet::MagnitudeSet(std::vector<Interval> intervals, int bits) : intervals_(std::move(intervals)) {
  const uint64_t size = uint64_t{1} << bits;
  std::erase_if(intervals_, [size](const Interval& interval) { return interval.low >= size; });
  if (intervals_.empty()) return;
  intervals_.back().high = std::min(intervals_.back().high, size - 1);
  if (size <= kSmallTable || size / kMaxBitsOfInterval <= intervals_.size()) {
    FillTable(size);
  } else {
    FillBuckets(bits);
    FillFilter();
  }
}

void MagnitudeSet::FillTable(uint64_t size) {
  table_.resize((size + 63) / 64);
  for (const Interval& interval : intervals_) {
    for (uint64_t word = interval.low / 64; word <= interval.high / 64; ++word) {
      uint64_t bits = ~uint64_t{0};
      if (word == interval.low / 64) bits &= ~uint64_t{0} << (interval.low % 64);
      if (word == interval.high / 64) bits &= ~uint64_t{0} >> (63 - interval.high % 64);
      table_[word] |= bits;
    }
  }
}

// About as many buckets as intervals. If the numbers are evenly distributed, a search examines only one
// bucket; otherwise it searches within the bucket.
void MagnitudeSet::FillBuckets(int bits) {
  bucket_shift_ = std::max(0, bits - static_cast<int>(std::bit_width(intervals_.size())));
  const size_t count = size_t{1} << (bits - bucket_shift_);
  buckets_.resize(count + 1, static_cast<uint32_t>(intervals_.size()));
  uint32_t first = 0;
  for (size_t bucket = 0; bucket < count; ++bucket) {
    const uint64_t least = uint64_t{bucket} << bucket_shift_;
    while (first < intervals_.size() && intervals_[first].high < least) ++first;
    buckets_[bucket] = first;
  }
}

void MagnitudeSet::FillFilter() {
  uint64_t magnitudes = 0;
  for (const Interval& interval : intervals_) {
    const uint64_t count = interval.high - interval.low + 1;
    if (count > kMaxFilteredOfInterval) return;
    magnitudes += count;
  }
  const int places_bits = std::max(kMinFilterBits, static_cast<int>(std::bit_width(magnitudes)) + 4);
  filter_shift_ = 64 - places_bits;
  filter_.resize(uint64_t{1} << places_bits >> 6);
  for (const Interval& interval : intervals_) {
    for (uint64_t magnitude = interval.low; magnitude <= interval.high; ++magnitude) {
      const uint64_t place = FilterPlace(magnitude);
      filter_[place / 64] |= uint64_t{1} << (place % 64);
    }
  }
}

// Only the first interval that ends at the magnitude or later can contain it. That is one of its bucket, or
// the first of the next bucket.
bool MagnitudeSet::Search(uint64_t magnitude) const {
  const uint64_t bucket = magnitude >> bucket_shift_;
  const auto first = intervals_.begin() + buckets_[bucket];
  const auto end = intervals_.begin() + buckets_[bucket + 1];
  const auto found = std::lower_bound(first, end, magnitude, [](const Interval& interval, uint64_t wanted) {
    return interval.high < wanted;
  });
  return found != intervals_.end() && found->low <= magnitude;
}

NumberSet::NumberSet(std::vector<NumberInterval> intervals, int bits)
    : bits_(bits),
      intervals_(std::move(intervals)),
      from_zero_(FromZero(intervals_), bits),
      below_zero_(BelowZero(intervals_), bits) {}

}  // namespace muster::query
