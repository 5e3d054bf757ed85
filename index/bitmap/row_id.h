// Which bitmap of a tag: value id (24 bits) and slot (8 bits).
#ifndef MUSTER_INDEX_BITMAP_ROW_ID_H_
#define MUSTER_INDEX_BITMAP_ROW_ID_H_

#include <compare>
#include <cstdint>

namespace muster::index {

// A value of a tag, from 1. 0 is the tag itself: its `known` row in the membership slot, and above it the
// slices of a NUMBER, DATE or TIMESTAMP, or of the value ids of a SINGLE tag with many values.
using ValueId = uint32_t;
using RowId = uint32_t;
using TagId = uint32_t;
using Slot = uint8_t;

// DO NOT CHANGE: stored (index/FORMAT.md).
inline constexpr ValueId kOwnValue = 0;
inline constexpr ValueId kTrueValue = 1;  // a FLAG's *true*; a FLAG's *false* is known and not true
inline constexpr ValueId kMaxValueId = (1u << 24) - 1;
inline constexpr Slot kMembershipSlot = 0;
inline constexpr Slot kSignSlot = 1;            // set: negative
inline constexpr Slot kFirstMagnitudeSlot = 2;  // slot 2 + i holds bit i of the magnitude
inline constexpr int kMagnitudeBits = 63;       // |value| ≤ 2^63 − 1; slot 65 is reserved
// Tag 0 is `everyone`: a DATE tag whose known row holds all members and whose date is a member's first date.
inline constexpr TagId kEveryoneTag = 0;

inline constexpr RowId MakeRow(ValueId value, Slot slot) { return (value << 8) | slot; }
inline constexpr ValueId ValueOf(RowId row) { return row >> 8; }
inline constexpr Slot SlotOf(RowId row) { return static_cast<Slot>(row & 0xff); }
inline constexpr RowId kKnownRow = MakeRow(kOwnValue, kMembershipSlot);

// One row of one tag, in any store and version.
struct RowRef {
  TagId tag = 0;
  RowId row = 0;
  friend bool operator==(const RowRef&, const RowRef&) = default;
  friend auto operator<=>(const RowRef&, const RowRef&) = default;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_BITMAP_ROW_ID_H_
