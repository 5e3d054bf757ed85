// A member has a value exactly if it is in the slice of each bit that is set in the value's id, and in no
// slice of another bit. So the row is the known row, intersected with the former slices, minus the latter.
#include "index/versions/snapshots/composed_rows.h"

#include <bit>
#include <utility>
#include <vector>

#include "index/bitmap/bitmap.h"
#include "index/bitmap/number_slices.h"
#include "index/status/status_macros.h"
#include "index/versions/snapshots/fragment_reader.h"

namespace muster::index {
namespace {

// All bits that an id can have. A tag with smaller ids has no slices for the upper ones, which reads as
// empty.
constexpr int kIdBits = std::bit_width(kMaxValueId);

// The tag's own rows in the order in which they are read: the known row, the slices of bits that are set in
// the id, then those of bits that are not. The former exclude most members, so that fragments become empty
// early.
std::vector<RowId> RowsToRead(ValueId value) {
  std::vector<RowId> rows = {kKnownRow};
  for (const bool set : {true, false}) {
    for (int bit = 0; bit < kIdBits; ++bit) {
      if (((value >> bit & 1) != 0) == set) rows.push_back(MakeRow(kOwnValue, MagnitudeSlot(bit)));
    }
  }
  return rows;
}

bool IsBitOf(RowId row, ValueId value) {
  return row == kKnownRow || (value >> (SlotOf(row) - kFirstMagnitudeSlot) & 1) != 0;
}

}  // namespace

absl::Status ComposedRows::Compose(RowRef row, uint32_t first_fragment, uint32_t count,
                                   const OwnRowResolver& resolve, ResolvedRow& resolved) {
  const ValueId value = ValueOf(row.row);
  std::vector<Bitmap> members(count, Bitmap::Full());
  ResolvedRow slice;
  bool has_members = true;
  for (const RowId own : RowsToRead(value)) {
    if (!has_members) break;
    RETURN_IF_ERROR(resolve({row.tag, own}, slice));
    has_members = false;
    for (uint32_t place = 0; place < count; ++place) {
      if (members[place].Empty()) continue;
      ASSIGN_OR_RETURN(const Bitmap with_bit,
                       ReadResolved(slice, place, {row.tag, own}, first_fragment + place));
      IsBitOf(own, value) ? members[place].Intersect(with_bit) : members[place].Subtract(with_bit);
      has_members = has_members || !members[place].Empty();
    }
  }
  resolved.flips.clear();
  resolved.fragments.assign(count, {});
  for (uint32_t place = 0; place < count; ++place) {
    if (members[place].Empty()) continue;
    records_.push_back(EncodeRecord(RecordKind::kImage, std::move(members[place])));
    resolved.fragments[place].image = RecordBytesOf(records_.back());
  }
  rows_.insert(KeyOf(row));
  return absl::OkStatus();
}

}  // namespace muster::index
