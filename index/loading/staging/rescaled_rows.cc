// Multiplies numbers by ten on their slices, for all members of a fragment at once: 10·x = 2·x + 8·x, and 2·x
// and 8·x are x moved up by one and by three bits. So a full adder over bitmaps makes each bit of the product
// from x's earlier bits and a carry, and n adders in a row multiply by 10^n. The sign row doesn't change,
// because numbers are sign and magnitude. The number farthest from 0 tells how many bits the product has; it
// is found from the top bit down, by keeping the members that have the bit whenever some have it.
#include "index/loading/staging/rescaled_rows.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "absl/numeric/int128.h"
#include "index/bitmap/number_slices.h"
#include "index/status/status_macros.h"

namespace muster::index {
namespace {

// The rows of the tag's numbers, ascending.
absl::StatusOr<std::vector<RowId>> NumberRows(const Snapshot& snapshot, TagId tag) {
  std::vector<RowId> rows;
  RETURN_IF_ERROR(snapshot.VisitRows(tag, kOwnValue, kOwnValue, [&rows](RowId row, uint64_t) {
    if (SlotOf(row) != kMembershipSlot) rows.push_back(row);
    return true;
  }));
  return rows;
}

// That of one fragment. `rows`: the known row, then those of NumberRows; `sets`: their members.
FarthestNumber FarthestOf(const std::vector<RowRef>& rows, const std::vector<Bitmap>& sets,
                          uint32_t fragment) {
  FarthestNumber farthest;
  Bitmap left = sets[0];
  const Bitmap* negative = nullptr;
  for (size_t i = rows.size(); i-- > 1;) {
    const Slot slot = SlotOf(rows[i].row);
    if (slot == kSignSlot) {
      negative = &sets[i];
      continue;
    }
    Bitmap with = sets[i];
    with.Intersect(left);
    if (with.Empty()) continue;
    farthest.magnitude |= uint64_t{1} << (slot - kFirstMagnitudeSlot);
    left = std::move(with);
  }
  if (farthest.magnitude == 0) return farthest;
  const uint32_t local = left.ToVector().front();
  farthest.negative = negative != nullptr && negative->Contains(local);
  farthest.member = Ordinal{fragment} * kFragmentOrdinals + local;
  return farthest;
}

}  // namespace

absl::StatusOr<FarthestNumber> FindFarthest(const Snapshot& snapshot, TagId tag, const WorkBudget& budget) {
  ASSIGN_OR_RETURN(const std::vector<RowId> numbers, NumberRows(snapshot, tag));
  std::vector<RowRef> rows = {{tag, kKnownRow}};
  for (const RowId row : numbers) rows.push_back({tag, row});
  FragmentReader reader(snapshot);
  FarthestNumber farthest;
  for (uint32_t fragment = 0; fragment < snapshot.fragment_count(); ++fragment) {
    RETURN_IF_ERROR(budget.Check());
    ASSIGN_OR_RETURN(const std::vector<Bitmap> sets, reader.ReadRows(rows, fragment));
    const FarthestNumber here = FarthestOf(rows, sets, fragment);
    if (here.magnitude > farthest.magnitude) farthest = here;
  }
  return farthest;
}

int StepsInRange(uint64_t magnitude) {
  constexpr int kStepsMax = 18;
  int steps = 0;
  absl::uint128 scaled = absl::uint128(magnitude) * 10;
  for (; steps < kStepsMax && scaled <= static_cast<uint64_t>(kMaxNumber); scaled *= 10) ++steps;
  return steps;
}

Bitmap TimesTen::Next(Bitmap bit) {
  // A full adder of one_before_ (of 2·x), three_before_ (of 8·x) and the carry.
  Bitmap sum = one_before_;
  sum.Xor(three_before_);
  Bitmap through = sum;
  through.Intersect(carry_);
  sum.Xor(carry_);
  carry_ = one_before_;
  carry_.Intersect(three_before_);
  carry_.Union(through);
  three_before_ = std::move(two_before_);
  two_before_ = std::move(one_before_);
  one_before_ = std::move(bit);
  return sum;
}

absl::StatusOr<std::unique_ptr<RescaledRows>> RescaledRows::Open(const Snapshot& snapshot, TagId tag,
                                                                 int steps, const FarthestNumber& farthest,
                                                                 FragmentSpan span) {
  std::unique_ptr<RescaledRows> opened(
      new RescaledRows(snapshot, tag, steps, span.Below(snapshot.fragment_count())));
  ASSIGN_OR_RETURN(opened->source_rows_, NumberRows(snapshot, tag));
  const RowId sign = MakeRow(kOwnValue, kSignSlot);
  if (std::binary_search(opened->source_rows_.begin(), opened->source_rows_.end(), sign)) {
    opened->rows_.push_back(sign);
  }
  uint64_t scaled = farthest.magnitude;
  for (int i = 0; i < steps; ++i) scaled *= 10;
  for (int bit = 0; bit < static_cast<int>(std::bit_width(scaled)); ++bit) {
    opened->rows_.push_back(MakeRow(kOwnValue, MagnitudeSlot(bit)));
  }
  return opened;
}

absl::StatusOr<std::vector<Bitmap>> RescaledRows::ReadSource(RowId row) {
  std::vector<Bitmap> sets(steps_.size());
  const bool there = row == kKnownRow || std::binary_search(source_rows_.begin(), source_rows_.end(), row);
  for (uint32_t i = 0; there && i < sets.size(); ++i) {
    ASSIGN_OR_RETURN(Bitmap set, reader_.Read({tag_, row}, span_.first + i));
    sets[i] = std::move(set);
  }
  return sets;
}

absl::StatusOr<std::vector<Bitmap>> RescaledRows::Read(RowId row) {
  if (SlotOf(row) < kFirstMagnitudeSlot) return ReadSource(row);
  const int bit = SlotOf(row) - kFirstMagnitudeSlot;
  std::vector<Bitmap> sets(steps_.size());
  // Skipped bits count too: their carries reach this one.
  for (; next_bit_ <= bit; ++next_bit_) {
    ASSIGN_OR_RETURN(std::vector<Bitmap> source, ReadSource(MakeRow(kOwnValue, MagnitudeSlot(next_bit_))));
    for (size_t i = 0; i < sets.size(); ++i) {
      Bitmap set = std::move(source[i]);
      for (TimesTen& step : steps_[i]) set = step.Next(std::move(set));
      sets[i] = std::move(set);
    }
  }
  return sets;
}

}  // namespace muster::index
