#include "index/loading/staging/old_cells.h"

#include <algorithm>
#include <vector>

#include "absl/numeric/int128.h"
#include "index/bitmap/number_slices.h"
#include "index/status/status_macros.h"
#include "index/versions/snapshots/fragment_reader.h"

namespace muster::index {
namespace {

// The values that the members of one fragment have, by local ordinal. A plain value.
struct OldFragment {
  Bitmap known, negative;
  std::vector<uint64_t> magnitudes;

  absl::int128 At(uint32_t local) const {
    const absl::int128 magnitude = static_cast<absl::int128>(magnitudes[local]);
    return negative.Contains(local) ? -magnitude : magnitude;
  }
};

// The slices of a tag's numbers or value ids.
absl::StatusOr<std::vector<RowId>> SlicesOf(const OldCells& old) {
  std::vector<RowId> slices;
  RETURN_IF_ERROR(old.parent.VisitRows(old.tag, kOwnValue, kOwnValue, [&slices](RowId row, uint64_t) {
    if (SlotOf(row) != kMembershipSlot) slices.push_back(row);
    return true;
  }));
  return slices;
}

class OldReader {
 public:
  OldReader(const OldCells& old, std::vector<RowId> rows)
      : old_(old), rows_(std::move(rows)), reader_(old.parent) {
    fragment_.magnitudes.resize(kFragmentOrdinals);
  }

  absl::StatusOr<const OldFragment*> Read(uint32_t fragment) {
    std::fill(fragment_.magnitudes.begin(), fragment_.magnitudes.end(), 0);
    fragment_.known = Bitmap();
    fragment_.negative = Bitmap();
    if (fragment >= old_.parent.fragment_count()) return &fragment_;
    ASSIGN_OR_RETURN(fragment_.known, reader_.Read({old_.tag, kKnownRow}, fragment));
    for (const RowId row : rows_) {
      ASSIGN_OR_RETURN(Bitmap members, reader_.Read({old_.tag, row}, fragment));
      if (SlotOf(row) == kSignSlot) {
        fragment_.negative = std::move(members);
        continue;
      }
      const uint64_t bits =
          SlotOf(row) == kMembershipSlot ? ValueOf(row) : uint64_t{1} << (SlotOf(row) - kFirstMagnitudeSlot);
      for (const uint32_t local : members.ToVector()) fragment_.magnitudes[local] |= bits;
    }
    return &fragment_;
  }

 private:
  const OldCells& old_;
  const std::vector<RowId> rows_;
  FragmentReader reader_;
  OldFragment fragment_;
};

// The cells of one span, as they are walked fragment by fragment.
class Comparison {
 public:
  Comparison(const MemberCells& cells, LoadMode mode, int steps, MemberChanges& changes)
      : cells_(cells), mode_(mode), changes_(changes) {
    for (int i = 0; i < steps; ++i) factor_ *= 10;
  }

  // The next fragment that has cells, if any.
  uint32_t NextFragment() const {
    uint32_t next = FragmentSpan::kNoEnd;
    if (given_ < cells_.ordinals.size()) next = FragmentOf(cells_.ordinals[given_]);
    if (cleared_ < cells_.cleared.size()) next = std::min(next, FragmentOf(cells_.cleared[cleared_]));
    return next;
  }

  void Compare(uint32_t fragment, const OldFragment& old) {
    uint64_t stayed = 0;  // members with a value before and afterwards
    for (; given_ < cells_.ordinals.size() && FragmentOf(cells_.ordinals[given_]) == fragment; ++given_) {
      const uint32_t local = LocalOf(cells_.ordinals[given_]);
      const bool known = old.known.Contains(local);
      stayed += known ? 1 : 0;
      if (!known || old.At(local) * factor_ != NewAt(given_)) ++changes_.changed;
    }
    for (; cleared_ < cells_.cleared.size() && FragmentOf(cells_.cleared[cleared_]) == fragment; ++cleared_)
      changes_.changed += old.known.Contains(LocalOf(cells_.cleared[cleared_])) ? 1 : 0;
    if (mode_ != LoadMode::kReplace) return;
    const uint64_t lost = old.known.Cardinality() - stayed;
    changes_.lost += lost;
    changes_.changed += lost;
  }

 private:
  absl::int128 NewAt(size_t i) const {
    return cells_.numbers.empty() ? absl::int128(cells_.values[i]) : absl::int128(cells_.numbers[i]);
  }

  const MemberCells& cells_;
  const LoadMode mode_;
  MemberChanges& changes_;
  absl::int128 factor_ = 1;
  size_t given_ = 0, cleared_ = 0;
};

}  // namespace

absl::Status CompareWithOld(const OldCells& old, LoadMode mode, const MemberCells& cells,
                            const WorkBudget& budget, MemberChanges& changes) {
  std::vector<RowId> rows = old.value_rows;
  if (rows.empty()) {
    ASSIGN_OR_RETURN(rows, SlicesOf(old));
  }
  OldReader reader(old, std::move(rows));
  Comparison comparison(cells, mode, old.steps, changes);
  const FragmentSpan parent = cells.span.Below(old.parent.fragment_count());
  // A REPLACE also changes members that it doesn't name.
  uint32_t replaced = mode == LoadMode::kReplace ? parent.first : parent.end;
  while (true) {
    uint32_t fragment = comparison.NextFragment();
    if (replaced < parent.end) fragment = std::min(fragment, replaced);
    if (fragment == FragmentSpan::kNoEnd) return absl::OkStatus();
    RETURN_IF_ERROR(budget.Check());
    ASSIGN_OR_RETURN(const OldFragment* const before, reader.Read(fragment));
    comparison.Compare(fragment, *before);
    if (fragment == replaced) ++replaced;
  }
}

}  // namespace muster::index
