// Walks a chunk's slices from the top bit to find the greatest or least magnitudes.
#ifndef MUSTER_QUERY_EXECUTION_NUMBERS_NUMBER_WALK_H_
#define MUSTER_QUERY_EXECUTION_NUMBERS_NUMBER_WALK_H_

#include <cstdint>
#include <optional>

#include "query/execution/kernels/kernels.h"
#include "query/execution/kernels/registers.h"
#include "query/execution/numbers/number_selection.h"

namespace muster::query {

// Which magnitudes come first: the greatest or the least ones.
enum class MagnitudeOrder : uint8_t { kGreatestFirst, kLeastFirst };

// Not thread-safe; owns its scratch. `kernels` outlives it.
class NumberWalk {
 public:
  explicit NumberWalk(const Kernels& kernels) : kernels_(kernels) {}

  // The first magnitude of the half in this order; empty if it doesn't come before `to_beat`, in which case
  // the walk ends early. REQUIRES: the half isn't empty.
  std::optional<uint64_t> First(SelectedNumbers& numbers, const SelectedNumbers::Half& half,
                                MagnitudeOrder order, std::optional<uint64_t> to_beat);

  // The members with the first `wanted` magnitudes: all of `surely`, and any of `ties`, which are equal, to
  // make up the number. Bitsets are valid until the next call; null if empty.
  struct FirstMembers {
    const uint8_t* surely = nullptr;
    const uint8_t* ties = nullptr;
    uint32_t ties_wanted = 0;
  };
  // REQUIRES: 0 < wanted < the number of members in the half.
  FirstMembers FirstOf(SelectedNumbers& numbers, const SelectedNumbers::Half& half, MagnitudeOrder order,
                       uint32_t wanted);

 private:
  // The members of `among` whose bit at `bit` has the value that comes first (set or not set). Returns their
  // number; `out` is another bitset, or null.
  uint32_t WithFirstBit(SelectedNumbers& numbers, const uint8_t* among, MagnitudeOrder order, uint32_t bit,
                        uint8_t* out) const;
  // The scratch bitset other than `used`.
  uint8_t* Other(const uint8_t* used) { return candidates_[used == candidates_[0].bytes() ? 1 : 0].bytes(); }

  const Kernels& kernels_;
  ChunkRegister candidates_[2];
  ChunkRegister surely_;
};

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_NUMBERS_NUMBER_WALK_H_
