// Finds all percentiles by narrowing buckets. A bucket is the members on one side of zero whose magnitudes
// share a prefix. A pass counts the members of each open bucket by their next digit of kDigitBits bits. The
// running sum of these counts shows into which digit each wanted rank falls. That digit becomes a narrower
// bucket, in which the rank is reduced by the members before it; digits without a wanted rank are dropped. A
// bucket that has become small is collected and sorted in the next pass instead.
#include "query/execution/numbers/number_percentiles.h"

#include <utility>

#include "absl/numeric/int128.h"
#include "index/bitmap/number_slices.h"
#include "query/execution/kernels/chunk_ordinals.h"

namespace muster::query {
namespace {

// The most magnitudes collected for sorting, over all buckets: 1 MiB.
constexpr size_t kMaxCollected = size_t{1} << 17;

}  // namespace

void NumberBucket::Merge(const NumberBucket& other) {
  for (size_t digit = 0; digit < counts.size(); ++digit) counts[digit] += other.counts[digit];
  magnitudes.insert(magnitudes.end(), other.magnitudes.begin(), other.magnitudes.end());
}

void BucketCounter::Add(SelectedNumbers& numbers, NumberBucket& bucket) {
  if (numbers.members() == 0) return;
  if (numbers.is_listed()) {
    for (const SelectedNumbers::ListedMember& each : numbers.listed()) AddListed(each.number, bucket);
    return;
  }
  const SelectedNumbers::Half& half = bucket.below_zero ? numbers.below_zero() : numbers.from_zero();
  if (half.count == 0) return;
  const uint8_t* members = half.bitset;
  uint32_t count = half.count;
  if (bucket.open_bits < numbers.bits()) {
    ChunkNumbers above = numbers.slices_from(bucket.open_bits);
    above.low = above.high = bucket.prefix;
    count = kernels_.between({&members, 1, 0}, above, in_bucket_.bytes());
    members = in_bucket_.bytes();
  }
  if (count == 0) return;
  if (bucket.collects) {
    Collect(numbers, members, bucket);
  } else {
    CountDigits(numbers, bucket, {members, count, bucket.digit_bits()});
  }
}

void BucketCounter::AddListed(int64_t number, NumberBucket& bucket) {
  const uint64_t magnitude = index::MagnitudeOf(number);
  if ((number < 0) != bucket.below_zero || magnitude >> bucket.open_bits != bucket.prefix) return;
  if (bucket.collects) return bucket.magnitudes.push_back(magnitude);
  const uint32_t below = bucket.open_bits - bucket.digit_bits();
  ++bucket.counts[(magnitude >> below) - (bucket.prefix << bucket.digit_bits())];
}

void BucketCounter::Collect(SelectedNumbers& numbers, const uint8_t* members, NumberBucket& bucket) {
  ordinals_.resize(index::kChunkOrdinals);
  const uint32_t count = WriteOrdinals({index::ChunkForm::kBitset, 0, members}, 0, ordinals_.data());
  for (uint32_t i = 0; i < count; ++i) {
    const uint64_t low = numbers.low_bits(static_cast<uint32_t>(ordinals_[i]), bucket.open_bits);
    bucket.magnitudes.push_back(bucket.prefix << bucket.open_bits | low);
  }
}

// Recursive, at most kDigitBits deep.
void BucketCounter::CountDigits(SelectedNumbers& numbers, NumberBucket& bucket, const DigitPart& part) {
  if (part.count == 0) return;
  if (part.left == 0) {
    bucket.counts[part.digit] += part.count;
    return;
  }
  const uint32_t left = part.left - 1;
  const uint64_t zero = part.digit << 1, one = zero | 1;
  const uint8_t* slice = numbers.slice(bucket.open_bits - bucket.digit_bits() + left);
  if (slice == NoneOfChunk()) return CountDigits(numbers, bucket, {part.members, part.count, left, zero});
  const uint8_t* const both[] = {part.members, slice};
  uint8_t* const out = left == 0 ? nullptr : parts_[left].bytes();
  const uint32_t ones = kernels_.intersect({both, 2, 0}, out);
  CountDigits(numbers, bucket, {out, ones, left, one});
  if (out != nullptr && ones < part.count) kernels_.intersect({both, 1, 1}, out);
  CountDigits(numbers, bucket, {out, part.count - ones, left, zero});
}

PercentileSearch::PercentileSearch(absl::Span<const uint32_t> millionths, uint32_t bits)
    : millionths_(millionths), numbers_(millionths.size()) {
  for (const bool below_zero : {true, false}) {
    NumberBucket bucket;
    bucket.below_zero = below_zero;
    bucket.open_bits = bits;
    open_.push_back(std::move(bucket));
  }
  MakeReady();
}

bool PercentileSearch::TakePass(std::vector<NumberBucket> counted) {
  open_ = std::move(counted);
  if (!ranked_) Rank();
  ranked_ = true;
  return Narrow();
}

NumberPercentiles PercentileSearch::Take() && {
  return {members_, members_ == 0 ? std::vector<int64_t>() : std::move(numbers_)};
}

// Called after the first pass, whose buckets are the two sides of zero.
void PercentileSearch::Rank() {
  const uint64_t below = open_[0].members();
  members_ = below + open_[1].members();
  if (members_ == 0) return open_.clear();
  std::vector<WantedRank> wanted;
  for (size_t place = 0; place < millionths_.size(); ++place) {
    const absl::uint128 product = absl::uint128(members_) * millionths_[place];
    const uint64_t rank = static_cast<uint64_t>((product + (kMillionths - 1)) / kMillionths);
    wanted.push_back({place, rank == 0 ? 0 : rank - 1});
  }
  std::sort(wanted.begin(), wanted.end(),
            [](const WantedRank& a, const WantedRank& b) { return a.rank < b.rank; });
  for (const WantedRank& each : wanted) {
    const bool is_below = each.rank < below;
    open_[is_below ? 0 : 1].wanted.push_back({each.place, is_below ? each.rank : each.rank - below});
  }
}

bool PercentileSearch::Narrow() {
  std::vector<NumberBucket> narrower;
  for (NumberBucket& bucket : open_) {
    if (bucket.wanted.empty()) continue;
    if (!(bucket.collects ? TakeCollected(bucket) : Split(bucket, narrower))) return false;
  }
  open_ = std::move(narrower);
  MakeReady();
  return true;
}

void PercentileSearch::Answer(const WantedRank& wanted, bool below_zero, uint64_t magnitude) {
  const int64_t number = static_cast<int64_t>(magnitude);
  numbers_[wanted.place] = below_zero ? -number : number;
}

// Below zero, the greatest magnitude is the least number.
bool PercentileSearch::TakeCollected(NumberBucket& bucket) {
  std::sort(bucket.magnitudes.begin(), bucket.magnitudes.end());
  if (bucket.below_zero) std::reverse(bucket.magnitudes.begin(), bucket.magnitudes.end());
  for (const WantedRank& each : bucket.wanted) {
    if (each.rank >= bucket.magnitudes.size()) return false;
    Answer(each, bucket.below_zero, bucket.magnitudes[each.rank]);
  }
  return true;
}

bool PercentileSearch::Split(const NumberBucket& bucket, std::vector<NumberBucket>& narrower) {
  uint64_t before = 0;  // members of the digits already passed
  auto wanted = bucket.wanted.begin();
  for (size_t i = 0; i < bucket.counts.size() && wanted != bucket.wanted.end(); ++i) {
    const size_t digit = bucket.below_zero ? bucket.counts.size() - 1 - i : i;
    NumberBucket inner;
    inner.below_zero = bucket.below_zero;
    inner.open_bits = bucket.open_bits - bucket.digit_bits();
    inner.prefix = bucket.prefix << bucket.digit_bits() | digit;
    const uint64_t end = before + bucket.counts[digit];
    for (; wanted != bucket.wanted.end() && wanted->rank < end; ++wanted) {
      inner.wanted.push_back({wanted->place, wanted->rank - before});
    }
    before = end;
    if (inner.wanted.empty()) continue;
    if (inner.open_bits == 0) {
      for (const WantedRank& each : inner.wanted) Answer(each, inner.below_zero, inner.prefix);
    } else {
      inner.counts = {bucket.counts[digit]};  // replaced by MakeReady
      narrower.push_back(std::move(inner));
    }
  }
  return wanted == bucket.wanted.end();
}

// Prepares the next pass. Buckets that fit the memory for collecting are collected.
void PercentileSearch::MakeReady() {
  for (NumberBucket& bucket : open_) {
    bucket.collects = !bucket.counts.empty() && bucket.members() <= kMaxCollected / open_.size();
    bucket.counts.assign(bucket.collects ? 0 : size_t{1} << bucket.digit_bits(), 0);
  }
}

}  // namespace muster::query
