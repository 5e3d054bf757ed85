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
#include "index/versions/publishing/edge_patch.h"
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
Bitmap After(const std::vector<RowId>& rows, absl::Span<const Bitmap> slices, const Bitmap& members,
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
  ASSIGN_OR_RETURN(std::vector<RowId> parent_slices, SlicesOf(*parent_));
  slices_ = UniteRows(std::move(parent_slices), DayNumber(business_date_));
  // In spans even if there is one: Rebase needs the statistics.
  sink_ = NewEdgeSink({batch, kEveryoneTag, *parent_, /*spans=*/true}, budget_);
  return absl::OkStatus();
}

bool EveryoneStage::IsSet(RowId slice) const {
  const int64_t day = DayNumber(business_date_);
  return SlotOf(slice) == kSignSlot ? day < 0 : HasBit(MagnitudeOf(day), slice);
}

absl::StatusOr<std::vector<Bitmap>> EveryoneStage::ReadRows(FragmentReader& reader, uint32_t fragment) const {
  std::vector<RowRef> asked = {{kEveryoneTag, kKnownRow}};
  for (const RowId row : slices_) asked.push_back({kEveryoneTag, row});
  return reader.ReadRows(asked, fragment);
}

Bitmap EveryoneStage::Redated(const std::vector<Bitmap>& rows, const Bitmap& named) const {
  Bitmap redated = named;
  redated.Subtract(rows.front());
  Bitmap known = named;
  known.Intersect(rows.front());
  redated.Union(After(slices_, absl::MakeConstSpan(rows).subspan(1), known, DayNumber(business_date_)));
  return redated;
}

std::vector<Bitmap> EveryoneStage::Join(const std::vector<Bitmap>& rows, const Bitmap& named) const {
  const Bitmap redated = Redated(rows, named);
  std::vector<Bitmap> joined = rows;
  joined.front().Union(named);
  for (size_t i = 0; i < slices_.size(); ++i) {
    joined[i + 1].Subtract(redated);
    if (IsSet(slices_[i])) joined[i + 1].Union(redated);
  }
  return joined;
}

absl::Status EveryoneStage::Stage(StagedBatch& batch, absl::Span<const Ordinal> members) {
  if (sink_ == nullptr) {
    RETURN_IF_ERROR(Begin(batch));
  }
  sink_->BeginSpan(batch, {});
  FragmentSets named = CutIntoFragments(members);
  ClearedMembers redated;
  FragmentReader reader(*parent_);
  for (const auto& [fragment, set] : named) {
    RETURN_IF_ERROR(budget_.Check());
    ASSIGN_OR_RETURN(const std::vector<Bitmap> rows, ReadRows(reader, fragment));
    Bitmap with_date = Redated(rows, set);
    if (!with_date.Empty()) redated.sets.emplace_back(fragment, std::move(with_date));
    named_.emplace_back(fragment, set);
  }
  RETURN_IF_ERROR(sink_->WriteRow(kKnownRow, std::move(named), {}));
  for (const RowId row : slices_) {
    RETURN_IF_ERROR(sink_->WriteRow(row, IsSet(row) ? redated.sets : FragmentSets(), redated));
  }
  return absl::OkStatus();
}

absl::StatusOr<StagedEveryone> EveryoneStage::Finish() {
  ASSIGN_OR_RETURN(staged_.version, sink_->Finish());
  staged_.new_members = static_cast<uint64_t>(staged_.version.known_change);
  staged_.member_count = parent_->member_count() + staged_.new_members;
  return staged_;
}

absl::StatusOr<StagedEveryone> EveryoneStage::Rebase(StagedBatch& batch, const Snapshot& parent,
                                                     absl::Span<const uint32_t> changed) {
  // A slice that only the new parent has: where the parents are equal, no member has a bit in it.
  ASSIGN_OR_RETURN(const std::vector<RowId> slices, SlicesOf(parent));
  slices_.insert(slices_.end(), slices.begin(), slices.end());
  slices_ = UniteRows(std::move(slices_), DayNumber(business_date_));
  EdgePatch patch(batch, staged_.version, *sink_->edge_totals());
  FragmentReader old_reader(*parent_), reader(parent);
  for (const auto& [fragment, set] : named_) {
    if (!std::binary_search(changed.begin(), changed.end(), fragment)) continue;
    RETURN_IF_ERROR(budget_.Check());
    ASSIGN_OR_RETURN(const std::vector<Bitmap> old_rows, ReadRows(old_reader, fragment));
    ASSIGN_OR_RETURN(const std::vector<Bitmap> rows, ReadRows(reader, fragment));
    const std::vector<Bitmap> old_joined = Join(old_rows, set), joined = Join(rows, set);
    for (size_t i = 0; i < rows.size(); ++i) {
      const RowId row = i == 0 ? kKnownRow : slices_[i - 1];
      RETURN_IF_ERROR(patch.Correct(row, fragment, {old_rows[i], old_joined[i], rows[i], joined[i]}));
    }
  }
  ASSIGN_OR_RETURN(staged_.version, patch.Finish(parent.versions().at(kEveryoneTag)));
  staged_.new_members = static_cast<uint64_t>(staged_.version.known_change);
  staged_.member_count = parent.member_count() + staged_.new_members;
  return staged_;
}

}  // namespace muster::index
