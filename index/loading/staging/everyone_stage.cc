// Stages everyone by set operations on slices, for all members of a fragment at once. The members that get
// the load's date are the new ones and those whose date is later. To compare a date with all members' dates,
// the slices are walked from the top bit: the members that equal the date so far are divided into greater,
// less and equal ones. To change the date, each slice loses those members, and gains them again if the new
// date has its bit.
#include "index/loading/staging/everyone_stage.h"

#include <algorithm>
#include <utility>

#include "index/bitmap/number_slices.h"
#include "index/status/status_macros.h"
#include "index/versions/snapshots/fragment_reader.h"
#include "text/civil_text.h"

namespace muster::index {
namespace {

// The slices of everyone's dates that the parent has, ascending.
absl::StatusOr<std::vector<RowId>> SlicesOf(const Snapshot& parent) {
  std::vector<RowId> rows;
  RETURN_IF_ERROR(parent.VisitRows(kEveryoneTag, kOwnValue, kOwnValue, [&rows](RowId row, uint64_t) {
    if (SlotOf(row) != kMembershipSlot) rows.push_back(row);
    return true;
  }));
  return rows;
}

bool HasBit(uint64_t magnitude, RowId row) {
  return SlotOf(row) >= kFirstMagnitudeSlot && ((magnitude >> (SlotOf(row) - kFirstMagnitudeSlot)) & 1) != 0;
}

// Those of `members` with a date after `day`. `slices` are the sets of `rows`, which hold every bit that
// `day` or a member has.
Bitmap After(const std::vector<RowId>& rows, const std::vector<Bitmap>& slices, const Bitmap& members,
             int64_t day) {
  Bitmap equal = members, greater, less;  // magnitudes, against |day|
  Bitmap negative;
  for (size_t i = rows.size(); i-- > 0;) {
    if (SlotOf(rows[i]) == kSignSlot) {
      negative = slices[i];
      continue;
    }
    Bitmap set = equal;
    set.Intersect(slices[i]);
    Bitmap unset = equal;
    unset.Subtract(slices[i]);
    if (HasBit(MagnitudeOf(day), rows[i])) {
      less.Union(unset);
      equal = std::move(set);
    } else {
      greater.Union(set);
      equal = std::move(unset);
    }
  }
  if (day >= 0) {
    greater.Subtract(negative);
    return greater;
  }
  // After a negative day: those that aren't negative, and the negative ones of lesser magnitude.
  Bitmap after = members;
  after.Subtract(negative);
  less.Intersect(negative);
  after.Union(less);
  return after;
}

// Slices that the parent has or the day needs, ascending.
std::vector<RowId> UniteRows(std::vector<RowId> rows, int64_t day) {
  VisitNumberSlots(day, [&rows](Slot slot) { rows.push_back(MakeRow(kOwnValue, slot)); });
  std::sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  return rows;
}

}  // namespace

absl::Status EveryoneStage::Begin(StagedBatch& batch) {
  ASSIGN_OR_RETURN(std::vector<RowId> parent_slices, SlicesOf(parent_));
  slices_ = UniteRows(std::move(parent_slices), DayNumber(business_date_));
  sink_ = NewEdgeSink({batch, kEveryoneTag, parent_, spans_}, budget_);
  return absl::OkStatus();
}

absl::Status EveryoneStage::Stage(StagedBatch& batch, absl::Span<const Ordinal> members) {
  if (sink_ == nullptr) {
    RETURN_IF_ERROR(Begin(batch));
  }
  sink_->BeginSpan(batch, {});
  const int64_t day = DayNumber(business_date_);
  std::vector<RowRef> asked = {{kEveryoneTag, kKnownRow}};
  for (const RowId row : slices_) asked.push_back({kEveryoneTag, row});

  FragmentSets named = CutIntoFragments(members);
  ClearedMembers redated;  // the members that get this date: new ones, and those with a later date
  FragmentReader reader(parent_);
  for (const auto& [fragment, set] : named) {
    RETURN_IF_ERROR(budget_.Check());
    ASSIGN_OR_RETURN(std::vector<Bitmap> sets, reader.ReadRows(asked, fragment));
    const Bitmap everyone = std::move(sets.front());
    sets.erase(sets.begin());
    Bitmap joined = set;
    joined.Subtract(everyone);
    staged_.new_members += joined.Cardinality();
    Bitmap known = set;
    known.Intersect(everyone);
    joined.Union(After(slices_, sets, known, day));
    if (!joined.Empty()) redated.sets.emplace_back(fragment, std::move(joined));
  }
  RETURN_IF_ERROR(sink_->WriteRow(kKnownRow, std::move(named), {}));
  for (const RowId row : slices_) {
    const bool set = SlotOf(row) == kSignSlot ? day < 0 : HasBit(MagnitudeOf(day), row);
    RETURN_IF_ERROR(sink_->WriteRow(row, set ? redated.sets : FragmentSets(), redated));
  }
  return absl::OkStatus();
}

absl::StatusOr<StagedEveryone> EveryoneStage::Finish() {
  ASSIGN_OR_RETURN(staged_.version, sink_->Finish());
  staged_.member_count = parent_.member_count() + staged_.new_members;
  return staged_;
}

}  // namespace muster::index
