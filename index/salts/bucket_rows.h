// The rows of a salt's buckets in one fragment, computed from ids.
#ifndef MUSTER_INDEX_SALTS_BUCKET_ROWS_H_
#define MUSTER_INDEX_SALTS_BUCKET_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "index/bitmap/bitmap.h"
#include "index/bitmap/geometry.h"
#include "index/bitmap/member_ids.h"
#include "index/bitmap/row_id.h"
#include "index/bitmap/salted_buckets.h"

namespace muster::index {

// A salt's buckets are a number, with a membership row and a slice for each bit.
inline constexpr size_t kBucketRows = 1 + kBucketBits;
// The membership row (place 0), and the slice of bit `place` − 1. Ascends with `place`.
RowId BucketRow(size_t place);

// Collects one salt's buckets of a fragment, in up to 512 KiB. Not thread-safe while it is filled.
class BucketRows {
 public:
  explicit BucketRows(std::string_view salt) : finder_(salt) {}

  // Adds the next ordinal, from the fragment's first one on.
  void Add(std::string_view id);
  // The row at `place`, below kBucketRows.
  Bitmap RowAt(size_t place) const;
  // How many of its ordinals are below `local`, which is at most the number of those added.
  uint32_t CountBelow(size_t place, uint32_t local) const;

 private:
  BucketFinder finder_;
  std::vector<uint16_t> buckets_;  // by local ordinal
};

// Reads the ids of the ordinals [first of the fragment, end) once, and computes the buckets of each salt.
// REQUIRES: 0 < end − first ≤ kFragmentOrdinals. `go_on`: called between chunks; false: CANCELLED. Errors are
// those of the ids.
absl::StatusOr<std::vector<BucketRows>> ReadBuckets(const MemberIds& ids,
                                                    absl::Span<const std::string_view> salts,
                                                    uint32_t fragment, Ordinal end,
                                                    const std::function<bool()>& go_on);

}  // namespace muster::index

#endif  // MUSTER_INDEX_SALTS_BUCKET_ROWS_H_
