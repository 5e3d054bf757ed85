// CRoaring's bitmaps, owned. Only the sources of this folder that build bitmaps include it, and the
// benchmarks.
#ifndef MUSTER_INDEX_BITMAP_ROARING_OWNER_H_
#define MUSTER_INDEX_BITMAP_ROARING_OWNER_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "roaring/roaring.h"

namespace muster::index {

struct RoaringDeleter {
  void operator()(roaring_bitmap_t* bitmap) const { roaring_bitmap_free(bitmap); }
};
using RoaringOwner = std::unique_ptr<roaring_bitmap_t, RoaringDeleter>;

// Never null. DATA_LOSS as DecodePortable.
absl::StatusOr<RoaringOwner> ParsePortable(absl::Span<const uint8_t> bytes);

}  // namespace muster::index

#endif  // MUSTER_INDEX_BITMAP_ROARING_OWNER_H_
