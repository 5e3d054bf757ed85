// The ids of members, for an evaluator that needs them.
#ifndef MUSTER_INDEX_BITMAP_MEMBER_IDS_H_
#define MUSTER_INDEX_BITMAP_MEMBER_IDS_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/types/span.h"
#include "index/bitmap/geometry.h"

namespace muster::index {

// Places of a chunk's members: an ordinal is the chunk's first one and its place.
using ChunkPlaces = absl::Span<const uint16_t>;

// Thread-safe.
class MemberIds {
 public:
  virtual ~MemberIds() = default;
  // Calls `visit(i, id)` for each of the `places` from `first` on, in their order; the id is the visit's
  // alone. DATA_LOSS when a member has no id. REQUIRES: `places` ascend, each once.
  virtual absl::Status VisitIds(Ordinal first, ChunkPlaces places,
                                absl::FunctionRef<void(size_t, std::string_view)> visit) const = 0;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_BITMAP_MEMBER_IDS_H_
