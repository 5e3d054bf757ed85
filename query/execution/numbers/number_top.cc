// The members with the greatest or least numbers: the last of the best so far is what a chunk's members have
// to beat.
#include <algorithm>

#include "index/bitmap/number_slices.h"
#include "query/execution/chunk_scan.h"
#include "query/execution/kernels/chunk_ordinals.h"
#include "query/execution/numbers/number_rank.h"
#include "query/execution/numbers/number_selection.h"
#include "query/execution/numbers/number_walk.h"
#include "query/execution/sets/evaluation.h"

namespace muster::query {
namespace {

class BestMembers {
 public:
  BestMembers(const Kernels& kernels, NumberEnd end, size_t wanted)
      : kernels_(kernels), end_(end), wanted_(wanted), walk_(kernels), ordinals_(index::kChunkOrdinals) {}

  // Chunks come in ascending order, so of equal numbers those that are there already stay.
  void Add(SelectedNumbers& numbers, index::Ordinal first) {
    if (numbers.members() == 0) return;
    if (numbers.is_listed()) {
      for (const SelectedNumbers::Listed& each : numbers.listed()) Offer({first + each.value, each.number});
      return;
    }
    SelectedNumbers::Half from_zero = numbers.from_zero();
    SelectedNumbers::Half below_zero = numbers.below_zero();
    if (below_zero.count > 0) MoveZeros(numbers, from_zero, below_zero);
    if (end_ == NumberEnd::kGreatest) {
      AddHalf(numbers, first, from_zero, false);
      AddHalf(numbers, first, below_zero, true);
    } else {
      AddHalf(numbers, first, below_zero, true);
      AddHalf(numbers, first, from_zero, false);
    }
  }

  std::vector<RankedMember> Take() && {
    std::sort(best_.begin(), best_.end(), order());
    return std::move(best_);
  }

 private:
  // Whether `a` comes before `b`.
  struct Before {
    NumberEnd end;
    bool operator()(const RankedMember& a, const RankedMember& b) const {
      if (a.number != b.number) return (a.number > b.number) == (end == NumberEnd::kGreatest);
      return a.ordinal < b.ordinal;
    }
  };
  Before order() const { return {end_}; }
  bool Full() const { return best_.size() == wanted_; }

  // A heap with the last of them in front.
  void Offer(const RankedMember& member) {
    if (Full()) {
      if (!order()(member, best_.front())) return;
      std::pop_heap(best_.begin(), best_.end(), order());
      best_.back() = member;
    } else {
      best_.push_back(member);
    }
    std::push_heap(best_.begin(), best_.end(), order());
  }

  // A sign without a magnitude is zero, and equal to the zeros on the other side.
  void MoveZeros(SelectedNumbers& numbers, SelectedNumbers::Half& from_zero,
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

  // What of a half's magnitudes comes before the last of the best; false: nothing.
  bool Beating(bool negative, MagnitudeOrder order, ChunkNumbers& magnitudes) const {
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

  void AddHalf(SelectedNumbers& numbers, index::Ordinal first, SelectedNumbers::Half half, bool negative) {
    if (half.count == 0) return;
    const bool outwards = negative == (end_ == NumberEnd::kLeast);
    const MagnitudeOrder order = outwards ? MagnitudeOrder::kGreatestFirst : MagnitudeOrder::kLeastFirst;
    if (Full()) {
      ChunkNumbers magnitudes = numbers.slices_from(0);
      if (!Beating(negative, order, magnitudes)) return;
      half.count = kernels_.between({&half.bitset, 1, 0}, magnitudes, beating_.bytes());
      half.bitset = beating_.bytes();
      if (half.count == 0) return;
    }
    if (half.count <= wanted_) return OfferAll(numbers, first, half.bitset, half.count, negative);
    const NumberWalk::FirstMembers firsts =
        walk_.FirstOf(numbers, half, order, static_cast<uint32_t>(wanted_));
    if (firsts.surely != nullptr) {
      OfferAll(numbers, first, firsts.surely, index::kChunkOrdinals, negative);
    }
    if (firsts.ties != nullptr) OfferAll(numbers, first, firsts.ties, firsts.ties_wanted, negative);
  }

  // At most `most` of them, the least ordinals.
  void OfferAll(SelectedNumbers& numbers, index::Ordinal first, const uint8_t* members, uint32_t most,
                bool negative) {
    const uint32_t count = WriteOrdinals({index::ChunkForm::kBitset, 0, members}, 0, ordinals_.data());
    for (uint32_t i = 0; i < std::min(count, most); ++i) {
      const uint32_t value = static_cast<uint32_t>(ordinals_[i]);
      const int64_t magnitude = static_cast<int64_t>(numbers.low_bits(value, numbers.bits()));
      Offer({first + value, negative ? -magnitude : magnitude});
    }
  }

  const Kernels& kernels_;
  const NumberEnd end_;
  const size_t wanted_;  // not 0
  NumberWalk walk_;
  std::vector<index::Ordinal> ordinals_;  // scratch
  ChunkRegister from_zero_;
  ChunkRegister below_zero_;
  ChunkRegister beating_;
  std::vector<RankedMember> best_;
};

}  // namespace

absl::StatusOr<std::vector<RankedMember>> ScanTop(const Program& program, NodeIndex number, NumberEnd end,
                                                  size_t count, index::RowSource& source,
                                                  uint32_t fragment_count, const ScanOptions& options,
                                                  ScanStatistics* statistics) {
  ChunkScan scan(program, source, options, statistics);
  if (count == 0) return std::vector<RankedMember>();
  BestMembers best(scan.kernels(), end, count);
  const auto visit = [&](EvalContext& context, index::Ordinal first) {
    RegisterScope scope(context.registers());
    SelectedNumbers numbers(context, program.node(number), SelectRoot(context, 0, scope));
    best.Add(numbers, first);
    return true;
  };
  absl::Status status = scan.Run(0, fragment_count, visit);
  if (!status.ok()) return status;
  return std::move(best).Take();
}

}  // namespace muster::query
