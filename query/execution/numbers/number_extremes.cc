#include "query/execution/numbers/number_extremes.h"

#include <algorithm>
#include <optional>

#include "index/bitmap/number_slices.h"

namespace muster::query {

void ExtremesTally::Add(SelectedNumbers& numbers) {
  if (numbers.members() == 0) return;
  if (numbers.is_listed()) {
    for (const SelectedNumbers::ListedMember& each : numbers.listed()) AddNumber(each.number);
  } else {
    AddHalves(numbers);
  }
  found_.members += numbers.members();
}

void ExtremesTally::Merge(const NumberExtremes& other) {
  if (other.members == 0) return;
  AddNumber(other.least);
  AddNumber(other.greatest);
  found_.members += other.members;
}

void ExtremesTally::AddNumber(int64_t number) {
  found_.least = any_ ? std::min(found_.least, number) : number;
  found_.greatest = any_ ? std::max(found_.greatest, number) : number;
  any_ = true;
}

// Searches the outer ends of both halves first: if there is a member beyond zero, the inner end of the other
// half is not needed.
void ExtremesTally::AddHalves(SelectedNumbers& numbers) {
  using enum MagnitudeOrder;
  const SelectedNumbers::Half& from_zero = numbers.from_zero();
  const SelectedNumbers::Half& below_zero = numbers.below_zero();
  const auto best_if = [this](bool lies_there, int64_t best) {
    return any_ && lies_there ? std::optional<int64_t>(best) : std::nullopt;
  };
  if (from_zero.count > 0)
    Walk(numbers, {from_zero, false, kGreatestFirst, best_if(found_.greatest >= 0, found_.greatest)});
  if (below_zero.count > 0)
    Walk(numbers, {below_zero, true, kGreatestFirst, best_if(found_.least < 0, found_.least)});
  if (from_zero.count > 0 && (!any_ || found_.least >= 0))
    Walk(numbers, {from_zero, false, kLeastFirst, best_if(true, found_.least)});
  if (below_zero.count > 0 && (!any_ || found_.greatest < 0))
    Walk(numbers, {below_zero, true, kLeastFirst, best_if(true, found_.greatest)});
}

void ExtremesTally::Walk(SelectedNumbers& numbers, const HalfEnd& end) {
  std::optional<uint64_t> to_beat;
  if (end.best.has_value()) to_beat = index::MagnitudeOf(*end.best);
  const std::optional<uint64_t> magnitude = walk_.First(numbers, end.half, end.order, to_beat);
  if (!magnitude.has_value()) return;
  const int64_t number = static_cast<int64_t>(*magnitude);
  AddNumber(end.negative ? -number : number);
}

}  // namespace muster::query
