// Encodes and decodes saved segments for the store (index/FORMAT.md).
#ifndef MUSTER_INDEX_SEGMENTS_SEGMENT_RECORD_H_
#define MUSTER_INDEX_SEGMENTS_SEGMENT_RECORD_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "index/segments/segment.h"

namespace muster::index {

// Encodes a record of the database `segments`, whose key is the name.
std::string EncodeSegment(const Segment& segment);
// DATA_LOSS, kStorageCorrupt, if the key or the bytes are no valid record.
absl::StatusOr<Segment> DecodeSegment(std::string_view key, std::string_view bytes);

// A key of `segment_users`, whose value is empty: the segment `user` names the segment `used`. No name holds
// the byte between them.
std::string SegmentUserKey(std::string_view used, std::string_view user);
// What the keys of all users of `used` begin with.
std::string SegmentUserPrefix(std::string_view used);

}  // namespace muster::index

#endif  // MUSTER_INDEX_SEGMENTS_SEGMENT_RECORD_H_
