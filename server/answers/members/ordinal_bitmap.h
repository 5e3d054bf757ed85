// Ordinals as the bytes of one Roaring bitmap in the portable format, which can be sent while it is made.
#ifndef MUSTER_SERVER_ANSWERS_MEMBERS_ORDINAL_BITMAP_H_
#define MUSTER_SERVER_ANSWERS_MEMBERS_ORDINAL_BITMAP_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "index/bitmap/geometry.h"

namespace muster::server {

// The format begins with the size and place of each container, of which there is one for each chunk that has
// members. So the ordinals are needed twice: first to count those of each chunk, then for the containers
// themselves. Containers are arrays or bitsets, which the count decides. Not thread-safe.
class OrdinalBitmap {
 public:
  // The least ordinal that the format can't hold.
  static constexpr index::Ordinal kEnd = index::Ordinal{1} << 32;

  // Counts ordinals: at least one, all of one chunk, later than those before. REQUIRES: below kEnd.
  void Count(absl::Span<const index::Ordinal> ordinals);
  // Leaves the first `most` of the counted ordinals.
  void Limit(uint64_t most);
  uint64_t count() const { return count_; }

  // DATA_LOSS: a second reading of the ordinals gave others than the first.
  static absl::Status Differs();
  // What precedes the containers.
  std::string Head() const;
  // Appends the container of the next chunk, whose ordinals are given. Differs() when the chunk isn't the one
  // that was counted.
  absl::Status AppendContainer(absl::Span<const index::Ordinal> ordinals, std::string& bytes);
  // Whether all containers were appended.
  bool done() const { return appended_ == chunks_.size(); }

 private:
  struct Chunk {
    uint16_t number;
    uint32_t count;  // more than 0
  };

  std::vector<Chunk> chunks_;  // ascending
  uint64_t count_ = 0;
  size_t appended_ = 0;
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_ANSWERS_MEMBERS_ORDINAL_BITMAP_H_
