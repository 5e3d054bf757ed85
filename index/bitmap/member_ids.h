// Gives an evaluator the ids of members.
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

// Places of members in a chunk: a member's ordinal is the chunk's first ordinal plus its place.
using ChunkPlaces = absl::Span<const uint16_t>;

// Thread-safe.
class MemberIds {
 public:
  virtual ~MemberIds() = default;
  // Calls `visit(i, id)` for each ordinal `first` + places[i], in order; `id` is valid during the call only.
  // DATA_LOSS if a member has no id. REQUIRES: `places` are ascending, without duplicates.
  virtual absl::Status VisitIds(Ordinal first, ChunkPlaces places,
                                absl::FunctionRef<void(size_t, std::string_view)> visit) const = 0;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_BITMAP_MEMBER_IDS_H_
