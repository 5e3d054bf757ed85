// The members with the greatest or least numbers: a chunk is searched only for members that rank before the
// worst of the best so far.
#ifndef MUSTER_QUERY_EXECUTION_NUMBERS_NUMBER_TOP_H_
#define MUSTER_QUERY_EXECUTION_NUMBERS_NUMBER_TOP_H_

#include <cstdint>
#include <vector>

#include "index/bitmap/geometry.h"
#include "query/execution/kernels/kernels.h"
#include "query/execution/kernels/registers.h"
#include "query/execution/numbers/number_rank.h"
#include "query/execution/numbers/number_selection.h"
#include "query/execution/numbers/number_walk.h"

namespace muster::query {

// Not thread-safe. `kernels` outlives it. Memory is proportional to `wanted.count`.
class TopTally {
 public:
  // REQUIRES: wanted.count > 0.
  TopTally(const Kernels& kernels, const TopRequest& wanted)
      : kernels_(kernels), wanted_(wanted), walk_(kernels), ordinals_(index::kChunkOrdinals) {}

  // Adds a chunk, given its first ordinal. REQUIRES: it comes after all chunks added so far.
  void Add(SelectedNumbers& numbers, index::Ordinal first);
  // Merges the result of other chunks, in any order.
  void Merge(const TopTally& other);
  // The best first; ties are ordered by ordinal.
  std::vector<RankedMember> Take() &&;

 private:
  // Orders by rank: whether `a` comes before `b`.
  struct RankOrder {
    NumberEnd end;
    bool operator()(const RankedMember& a, const RankedMember& b) const {
      if (a.number != b.number) return (a.number > b.number) == (end == NumberEnd::kGreatest);
      return a.ordinal < b.ordinal;
    }
  };
  RankOrder order() const { return {wanted_.end}; }
  bool Full() const { return best_.size() == wanted_.count; }
  void Offer(const RankedMember& member);
  void MoveZeros(SelectedNumbers& numbers, SelectedNumbers::Half& from_zero,
                 SelectedNumbers::Half& below_zero);
  bool Beating(bool negative, MagnitudeOrder order, ChunkNumbers& magnitudes) const;
  void AddHalf(SelectedNumbers& numbers, index::Ordinal first, SelectedNumbers::Half half, bool negative);
  void OfferAll(SelectedNumbers& numbers, index::Ordinal first, const uint8_t* members, uint32_t most,
                bool negative);

  const Kernels& kernels_;
  const TopRequest wanted_;
  NumberWalk walk_;
  std::vector<index::Ordinal> ordinals_;  // scratch
  ChunkRegister from_zero_;
  ChunkRegister below_zero_;
  ChunkRegister beating_;
  std::vector<RankedMember> best_;  // a heap with the worst of them at the front
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_NUMBERS_NUMBER_TOP_H_
