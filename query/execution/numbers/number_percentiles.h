// Percentiles: counts by the top bits, then by the next ones of the numbers that are still in question.
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

// Bits that a pass counts by: each one more doubles the intersections a chunk, and four of them take about
// as long as reading the slices does.
inline constexpr uint32_t kDigitBits = 4;

// A percentile by its place in the question and its rank within a bucket, from 0.
struct WantedRank {
  size_t place = 0;
  uint64_t rank = 0;
};

// Members on one side of zero whose magnitudes agree in all bits from `open_bits` on: those are `prefix`.
// Its counts of a pass are by the next digit below. A plain value.
struct NumberBucket {
  bool below_zero = false;
  uint32_t open_bits = 0;
  uint64_t prefix = 0;
  std::vector<WantedRank> wanted;  // by rank
  bool collects = false;           // keeps magnitudes instead of counting
  std::vector<uint64_t> counts;
  std::vector<uint64_t> magnitudes;  // in any order

  uint32_t digit_bits() const { return std::min(kDigitBits, open_bits); }
  uint64_t members() const { return std::accumulate(counts.begin(), counts.end(), uint64_t{0}); }
  // What a pass found in other chunks for the same bucket.
  void Merge(const NumberBucket& other);
};

// A pass over one chunk after another. Not thread-safe. `kernels` outlives it.
class BucketCounter {
 public:
  explicit BucketCounter(const Kernels& kernels) : kernels_(kernels) {}

  void Add(SelectedNumbers& numbers, NumberBucket& bucket);

 private:
  void AddListed(int64_t number, NumberBucket& bucket);
  void Collect(SelectedNumbers& numbers, const uint8_t* members, NumberBucket& bucket);
  // Members of a bucket whose digits begin alike: with `digit`; `left` bits are still to be told apart.
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

// What the passes find out, bucket by bucket. Ends, since every pass opens fewer bits. Not thread-safe;
// `millionths` outlives it.
class PercentileSearch {
 public:
  // `bits`: of magnitudes. REQUIRES: each of `millionths` is at most kMillionths.
  PercentileSearch(absl::Span<const uint32_t> millionths, uint32_t bits);

  // What the next pass counts or collects; empty when everything is found.
  const std::vector<NumberBucket>& open() const { return open_; }
  // The same buckets after the pass. False: the passes didn't see the same numbers.
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
  bool ranked_ = false;  // the first pass was taken
  std::vector<int64_t> numbers_;
  uint64_t members_ = 0;
  std::vector<NumberBucket> open_;
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_NUMBERS_NUMBER_PERCENTILES_H_
