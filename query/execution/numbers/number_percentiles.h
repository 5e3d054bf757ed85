// Percentiles: counts members by the top bits of their numbers, then the candidates by the next bits.
#ifndef MUSTER_QUERY_EXECUTION_NUMBERS_NUMBER_PERCENTILES_H_
#define MUSTER_QUERY_EXECUTION_NUMBERS_NUMBER_PERCENTILES_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include "absl/types/span.h"
#include "index/bitmap/geometry.h"
#include "query/execution/kernels/kernels.h"
#include "query/execution/kernels/registers.h"
#include "query/execution/numbers/number_rank.h"
#include "query/execution/numbers/number_selection.h"

namespace muster::query {

// Bits by which a pass counts. Each further bit doubles the intersections per chunk; four of them take about
// as long as reading the slices.
inline constexpr uint32_t kDigitBits = 4;

// A requested percentile: its position in the request, and its rank within a bucket, from 0.
struct WantedRank {
  size_t place = 0;
  uint64_t rank = 0;
};

// Members on one side of zero whose magnitudes agree in all bits from `open_bits` up; these bits are
// `prefix`. A pass counts them by the next lower digit. A plain value.
struct NumberBucket {
  bool below_zero = false;
  uint32_t open_bits = 0;
  uint64_t prefix = 0;
  std::vector<WantedRank> wanted;  // by rank
  bool collects = false;           // collects magnitudes instead of counting
  std::vector<uint64_t> counts;
  std::vector<uint64_t> magnitudes;  // in any order

  uint32_t digit_bits() const { return std::min(kDigitBits, open_bits); }
  uint64_t members() const { return std::accumulate(counts.begin(), counts.end(), uint64_t{0}); }
  // Merges the result of other chunks for the same bucket.
  void Merge(const NumberBucket& other);
};

// One pass over the chunks in sequence. Not thread-safe. `kernels` outlives it.
class BucketCounter {
 public:
  explicit BucketCounter(const Kernels& kernels) : kernels_(kernels) {}

  void Add(SelectedNumbers& numbers, NumberBucket& bucket);

 private:
  void AddListed(int64_t number, NumberBucket& bucket);
  void Collect(SelectedNumbers& numbers, const uint8_t* members, NumberBucket& bucket);
  // Members of a bucket whose digits share a prefix, ending with `digit`; `left` bits are still open.
  struct DigitPart {
    const uint8_t* members = nullptr;
    uint32_t count = 0;
    uint32_t left = 0;
    uint64_t digit = 0;
  };
  void CountDigits(SelectedNumbers& numbers, NumberBucket& bucket, const DigitPart& part);

  const Kernels& kernels_;
  ChunkRegister in_bucket_;
  ChunkRegister parts_[kDigitBits];
  std::vector<index::Ordinal> ordinals_;
};

// The state of the search between passes, bucket by bucket. It terminates, since every pass leaves fewer bits
// open. Not thread-safe; `millionths` outlives it.
class PercentileSearch {
 public:
  // `bits`: of magnitudes. REQUIRES: each of `millionths` is at most kMillionths.
  PercentileSearch(absl::Span<const uint32_t> millionths, uint32_t bits);

  // The buckets that the next pass counts or collects; empty when all percentiles are found.
  const std::vector<NumberBucket>& open() const { return open_; }
  // Takes the same buckets after the pass. False: the passes saw different numbers.
  bool TakePass(std::vector<NumberBucket> counted);
  NumberPercentiles Take() &&;

 private:
  void Rank();
  bool Narrow();
  void Answer(const WantedRank& wanted, bool below_zero, uint64_t magnitude);
  bool TakeCollected(NumberBucket& bucket);
  bool Split(const NumberBucket& bucket, std::vector<NumberBucket>& narrower);
  void MakeReady();

  const absl::Span<const uint32_t> millionths_;
  bool ranked_ = false;  // the first pass has been taken
  std::vector<int64_t> numbers_;
  uint64_t members_ = 0;
  std::vector<NumberBucket> open_;
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_NUMBERS_NUMBER_PERCENTILES_H_
