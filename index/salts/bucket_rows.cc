#include "index/salts/bucket_rows.h"

#include <algorithm>
#include <numeric>

#include "absl/status/status.h"
#include "index/bitmap/number_slices.h"
#include "index/status/status_macros.h"

namespace muster::index {

namespace {

// 1 if the row at `place` holds a member of the bucket, else 0.
uint32_t IsIn(size_t place, uint32_t bucket) { return place == 0 ? 1 : bucket >> (place - 1) & 1; }

}  // namespace

RowId BucketRow(size_t place) {
  const Slot slot = place == 0 ? kMembershipSlot : MagnitudeSlot(static_cast<int>(place) - 1);
  return MakeRow(kOwnValue, slot);
}

void BucketRows::Add(std::string_view id) {
  const bool erased = id.empty();
  buckets_.push_back(static_cast<uint16_t>(erased ? 0 : finder_.BucketOf(id)));
}

// Half of the members have a bit, in no order that a processor can predict; so there is no branch for it.
Bitmap BucketRows::RowAt(size_t place) const {
  std::vector<uint32_t> locals(buckets_.size());
  uint32_t count = 0;
  for (uint32_t local = 0; local < buckets_.size(); ++local) {
    locals[count] = local;
    count += IsIn(place, buckets_[local]);
  }
  return Bitmap::FromSorted(absl::MakeConstSpan(locals).first(count));
}

uint32_t BucketRows::CountBelow(size_t place, uint32_t local) const {
  uint32_t count = 0;
  for (uint32_t at = 0; at < local; ++at) count += IsIn(place, buckets_[at]);
  return count;
}

absl::StatusOr<std::vector<BucketRows>> ReadBuckets(const MemberIds& ids,
                                                    absl::Span<const std::string_view> salts,
                                                    uint32_t fragment, Ordinal end,
                                                    const std::function<bool()>& go_on) {
  std::vector<BucketRows> buckets(salts.begin(), salts.end());
  std::vector<uint16_t> places;
  for (Ordinal first = FirstOrdinalOf(fragment); first < end; first += kChunkOrdinals) {
    if (!go_on()) return absl::CancelledError("the reading of ids was stopped");
    places.resize(std::min<Ordinal>(end - first, kChunkOrdinals));
    std::iota(places.begin(), places.end(), uint16_t{0});
    RETURN_IF_ERROR(ids.VisitIds(first, places, [&buckets](size_t, std::string_view id) {
      for (BucketRows& rows : buckets) rows.Add(id);
    }));
  }
  return buckets;
}

}  // namespace muster::index
