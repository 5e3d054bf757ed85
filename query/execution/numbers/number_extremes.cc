#include "query/execution/numbers/number_extremes.h"

#include <algorithm>
#include <optional>

#include "index/bitmap/number_slices.h"

namespace muster::query {

void ExtremesSoFar::Add(SelectedNumbers& numbers) {
  if (numbers.members() == 0) return;
  if (numbers.is_listed()) {
    for (const SelectedNumbers::Listed& each : numbers.listed()) AddNumber(each.number);
  } else {
    AddHalves(numbers);
  }
  found_.members += numbers.members();
}

void ExtremesSoFar::Merge(const NumberExtremes& other) {
  if (other.members == 0) return;
  AddNumber(other.least);
  AddNumber(other.greatest);
  found_.members += other.members;
}

void ExtremesSoFar::AddNumber(int64_t number) {
  found_.least = any_ ? std::min(found_.least, number) : number;
  found_.greatest = any_ ? std::max(found_.greatest, number) : number;
  any_ = true;
}

// The outer ends of both halves first: with somebody beyond zero the inner end of the other half is not asked
// for.
void ExtremesSoFar::AddHalves(SelectedNumbers& numbers) {
  using enum MagnitudeOrder;
  const SelectedNumbers::Half& from_zero = numbers.from_zero();
  const SelectedNumbers::Half& below_zero = numbers.below_zero();
  if (from_zero.count > 0)
    Walk(numbers, from_zero, kGreatestFirst, any_ && found_.greatest >= 0, found_.greatest, false);
  if (below_zero.count > 0)
    Walk(numbers, below_zero, kGreatestFirst, any_ && found_.least < 0, found_.least, true);
  if (from_zero.count > 0 && (!any_ || found_.least >= 0))
    Walk(numbers, from_zero, kLeastFirst, any_, found_.least, false);
  if (below_zero.count > 0 && (!any_ || found_.greatest < 0))
    Walk(numbers, below_zero, kLeastFirst, any_, found_.greatest, true);
}

void ExtremesSoFar::Walk(SelectedNumbers& numbers, const SelectedNumbers::Half& half, MagnitudeOrder order,
                         bool has_best, int64_t best, bool negative) {
  std::optional<uint64_t> to_beat;
  if (has_best) to_beat = index::MagnitudeOf(best);
  const std::optional<uint64_t> magnitude = walk_.First(numbers, half, order, to_beat);
  if (!magnitude.has_value()) return;
  const int64_t number = static_cast<int64_t>(*magnitude);
  AddNumber(negative ? -number : number);
}

}  // namespace muster::query
