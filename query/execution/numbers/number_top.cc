// The best members so far are in a heap with the worst of them at its front. Once the heap is full, a chunk
// is first reduced by one comparison over its slices to the members that rank before that worst one; in most
// chunks there are none. Of the rest, only the first `wanted.count` of a chunk can matter, and
// NumberWalk::FirstOf finds them without reading every number.
#include "query/execution/numbers/number_top.h"

#include <algorithm>
#include <utility>

#include "index/bitmap/number_slices.h"
#include "query/execution/kernels/chunk_ordinals.h"

namespace muster::query {

// Chunks arrive in ascending order, so members already present win ties.
void TopTally::Add(SelectedNumbers& numbers, index::Ordinal first) {
  if (numbers.members() == 0) return;
  if (numbers.is_listed()) {
    for (const SelectedNumbers::ListedMember& each : numbers.listed())
      Offer({first + each.value, each.number});
    return;
  }
  SelectedNumbers::Half from_zero = numbers.from_zero();
  SelectedNumbers::Half below_zero = numbers.below_zero();
  if (below_zero.count > 0) MoveZeros(numbers, from_zero, below_zero);
  if (wanted_.end == NumberEnd::kGreatest) {
    AddHalf(numbers, first, from_zero, false);
    AddHalf(numbers, first, below_zero, true);
  } else {
    AddHalf(numbers, first, below_zero, true);
    AddHalf(numbers, first, from_zero, false);
  }
}

void TopTally::Merge(const TopTally& other) {
  for (const RankedMember& member : other.best_) Offer(member);
}

std::vector<RankedMember> TopTally::Take() && {
  std::sort(best_.begin(), best_.end(), order());
  return std::move(best_);
}

void TopTally::Offer(const RankedMember& member) {
  if (Full()) {
    if (!order()(member, best_.front())) return;
    std::pop_heap(best_.begin(), best_.end(), order());
    best_.back() = member;
  } else {
    best_.push_back(member);
  }
  std::push_heap(best_.begin(), best_.end(), order());
}

// A set sign with magnitude 0 means zero, equal to the zeros on the other side.
void TopTally::MoveZeros(SelectedNumbers& numbers, SelectedNumbers::Half& from_zero,
                         SelectedNumbers::Half& below_zero) {
  const uint32_t members = numbers.members();
  ChunkNumbers magnitudes = numbers.slices_from(0);
  magnitudes.low = 1;
  magnitudes.high = ~uint64_t{0};
  below_zero.count = kernels_.between({&below_zero.bitset, 1, 0}, magnitudes, below_zero_.bytes());
  below_zero.bitset = below_zero_.bytes();
  const uint8_t* const both[] = {numbers.bitset(), below_zero.bitset};
  kernels_.intersect({both, 1, 1}, from_zero_.bytes());
  from_zero = {from_zero_.bytes(), members - below_zero.count};
}

// The magnitudes of a half that rank before the worst of the best. False: there are none.
bool TopTally::Beating(bool negative, MagnitudeOrder order, ChunkNumbers& magnitudes) const {
  magnitudes.low = 0;
  magnitudes.high = ~uint64_t{0};
  const int64_t last = best_.front().number;
  const bool same_half = negative == (last < 0);
  if (!same_half) return order == MagnitudeOrder::kGreatestFirst;
  if (order == MagnitudeOrder::kGreatestFirst) {
    magnitudes.low = index::MagnitudeOf(last) + 1;
    return true;
  }
  if (last == 0) return false;
  magnitudes.high = index::MagnitudeOf(last) - 1;
  return true;
}

void TopTally::AddHalf(SelectedNumbers& numbers, index::Ordinal first, SelectedNumbers::Half half,
                       bool negative) {
  if (half.count == 0) return;
  const bool outwards = negative == (wanted_.end == NumberEnd::kLeast);
  const MagnitudeOrder order = outwards ? MagnitudeOrder::kGreatestFirst : MagnitudeOrder::kLeastFirst;
  if (Full()) {
    ChunkNumbers magnitudes = numbers.slices_from(0);
    if (!Beating(negative, order, magnitudes)) return;
    half.count = kernels_.between({&half.bitset, 1, 0}, magnitudes, beating_.bytes());
    half.bitset = beating_.bytes();
    if (half.count == 0) return;
  }
  if (half.count <= wanted_.count) return OfferAll(numbers, first, half.bitset, half.count, negative);
  const NumberWalk::FirstMembers firsts =
      walk_.FirstOf(numbers, half, order, static_cast<uint32_t>(wanted_.count));
  if (firsts.surely != nullptr) {
    OfferAll(numbers, first, firsts.surely, index::kChunkOrdinals, negative);
  }
  if (firsts.ties != nullptr) OfferAll(numbers, first, firsts.ties, firsts.ties_wanted, negative);
}

// Offers at most `most` of them, those with the least ordinals.
void TopTally::OfferAll(SelectedNumbers& numbers, index::Ordinal first, const uint8_t* members, uint32_t most,
                        bool negative) {
  const uint32_t count = WriteOrdinals({index::ChunkForm::kBitset, 0, members}, 0, ordinals_.data());
  for (uint32_t i = 0; i < std::min(count, most); ++i) {
    const uint32_t value = static_cast<uint32_t>(ordinals_[i]);
    const int64_t magnitude = static_cast<int64_t>(numbers.low_bits(value, numbers.bits()));
    Offer({first + value, negative ? -magnitude : magnitude});
  }
}

}  // namespace muster::query
