// Validates portable Roaring bytes: the payload of a record, or a bitmap from another system.
#ifndef MUSTER_INDEX_BITMAP_PORTABLE_H_
#define MUSTER_INDEX_BITMAP_PORTABLE_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace muster::index {

// The values of a portable 32-bit Roaring bitmap, ascending. Any bytes are safe. DATA_LOSS says what is
// wrong: cut short, followed by other bytes, or a structure that no writer makes (keys or values out of
// order, empty runs …).
absl::StatusOr<std::vector<uint32_t>> DecodePortable(absl::Span<const uint8_t> bytes);

}  // namespace muster::index

#endif  // MUSTER_INDEX_BITMAP_PORTABLE_H_
