// Which members a population has, for loads that make none.
#ifndef MUSTER_INDEX_LOADING_MEMBERSHIP_KNOWN_MEMBERS_H_
#define MUSTER_INDEX_LOADING_MEMBERSHIP_KNOWN_MEMBERS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "index/bitmap/bitmap.h"
#include "index/bitmap/geometry.h"
#include "index/versions/snapshots/fragment_reader.h"
#include "index/versions/snapshots/snapshot.h"

namespace muster::index {

// Everyone of one snapshot. An id may have an ordinal and be no member: id lists and loads that were given up
// assign ordinals too. Holds a bit for each member of the fragments that were asked for. Not thread-safe.
class KnownMembers {
 public:
  explicit KnownMembers(std::shared_ptr<const Snapshot> snapshot)
      : snapshot_(std::move(snapshot)), reader_(*snapshot_) {}

  // One byte for each of `ordinals`: whether it is no member. Empty when all are.
  absl::StatusOr<std::vector<uint8_t>> FindUnknown(absl::Span<const Ordinal> ordinals);

 private:
  const std::shared_ptr<const Snapshot> snapshot_;
  FragmentReader reader_;
  std::map<uint32_t, Bitmap> fragments_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_MEMBERSHIP_KNOWN_MEMBERS_H_
