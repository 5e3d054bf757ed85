// Writes a factor as a short sum of signed powers of two, so that bit slices are multiplied by few additions.
#ifndef MUSTER_QUERY_TREE_SIGNED_DIGITS_H_
#define MUSTER_QUERY_TREE_SIGNED_DIGITS_H_

#include <cstdint>

#include "absl/numeric/int128.h"

namespace muster::query {

// Calls `visit(shift, subtracted)` for each signed power of two in the factor's non-adjacent form
// (Reitwiesner 1960), ascending. It has the fewest powers possible: 15 is 16 − 1. REQUIRES: |factor| ≤ 2^126.
template <typename Visit>
void VisitSignedDigits(absl::int128 factor, const Visit& visit) {
  const bool negative = factor < 0;
  absl::uint128 left = negative ? absl::uint128(-factor) : absl::uint128(factor);
  for (uint32_t shift = 0; left != 0; ++shift, left >>= 1) {
    if ((absl::Uint128Low64(left) & 1) == 0) continue;
    const bool minus_one = (absl::Uint128Low64(left) & 3) == 3;
    visit(shift, minus_one != negative);
    if (minus_one) {
      left += 1;
    } else {
      left -= 1;
    }
  }
}

}  // namespace muster::query

#endif  // MUSTER_QUERY_TREE_SIGNED_DIGITS_H_
