// The numbers of a few members, assembled from their bits.
#ifndef MUSTER_QUERY_EXECUTION_NUMBERS_LISTED_NUMBERS_H_
#define MUSTER_QUERY_EXECUTION_NUMBERS_LISTED_NUMBERS_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "query/execution/kernels/registers.h"
#include "query/execution/program/eval_context.h"
#include "query/execution/program/program.h"

namespace muster::query {

// Indexed by position in a list of members. Only the entries of listed members are set.
struct ListedNumbers {
  std::array<uint64_t, kMaxDriverValues> magnitudes;
  std::array<bool, kMaxDriverValues> known;
  std::array<bool, kMaxDriverValues> negative;
  // REQUIRES: known[place]. A set sign with magnitude 0 means zero.
  int64_t number(size_t place) const {
    const int64_t magnitude = static_cast<int64_t>(magnitudes[place]);
    return negative[place] ? -magnitude : magnitude;
  }
};

// `rows` are the number's rows, in the layout of a kRange node. REQUIRES: count ≤ kMaxDriverValues.
void PutNumbersTogether(EvalContext& context, const ListedValue* list, uint32_t count,
                        absl::Span<const RowIndex> rows, ListedNumbers& numbers);

// Returns how many members of a list the row holds.
uint32_t CountListed(EvalContext& context, const ListedValue* list, uint32_t count, RowIndex row);

// Calls `visit(place)` for each position of `list` whose value is in `held`, a subsequence of the
// list.
template <typename Visit>
void ForEachHeld(const ListedValue* list, const ListedValue* held, uint32_t held_count, const Visit& visit) {
  for (uint32_t place = 0, at = 0; at < held_count; ++place) {
    if (list[place] != held[at]) continue;
    ++at;
    visit(place);
  }
}

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_NUMBERS_LISTED_NUMBERS_H_
