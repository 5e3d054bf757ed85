// Numbers as bit slices: sign and magnitude, one row each bit.
#ifndef MUSTER_INDEX_BITMAP_NUMBER_SLICES_H_
#define MUSTER_INDEX_BITMAP_NUMBER_SLICES_H_

#include <bit>
#include <compare>
#include <cstdint>
#include <limits>

#include "index/bitmap/row_id.h"

namespace muster::index {

// What slices can hold: |value| ≤ 2^63 − 1.
inline constexpr int64_t kMaxNumber = std::numeric_limits<int64_t>::max();
inline constexpr int64_t kMinNumber = -kMaxNumber;

inline constexpr bool FitsSlices(int64_t value) { return value >= kMinNumber; }

// |value|. REQUIRES: FitsSlices(value).
inline constexpr uint64_t MagnitudeOf(int64_t value) {
  return value < 0 ? uint64_t{0} - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
}

// The row of a magnitude's bit. REQUIRES: 0 ≤ bit < kMagnitudeBits.
inline constexpr Slot MagnitudeSlot(int bit) { return static_cast<Slot>(kFirstMagnitudeSlot + bit); }

// Calls `visit(slot)` for each slot above membership that the value sets, ascending: the sign of a negative
// one, then its magnitude's bits. Zero sets none. REQUIRES: FitsSlices(value).
template <typename Visit>
void VisitNumberSlots(int64_t value, Visit visit) {
  if (value < 0) visit(kSignSlot);
  for (uint64_t left = MagnitudeOf(value); left != 0; left &= left - 1) {
    visit(MagnitudeSlot(std::countr_zero(left)));
  }
}

// The value whose slots `has(slot)` says are set. A sign without a magnitude is 0.
template <typename Has>
int64_t NumberOfSlots(Has has) {
  uint64_t magnitude = 0;
  for (int bit = 0; bit < kMagnitudeBits; ++bit) {
    if (has(MagnitudeSlot(bit))) magnitude |= uint64_t{1} << bit;
  }
  const int64_t value = static_cast<int64_t>(magnitude);
  return has(kSignSlot) ? -value : value;
}

}  // namespace muster::index

#endif  // MUSTER_INDEX_BITMAP_NUMBER_SLICES_H_
