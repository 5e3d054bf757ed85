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

}  // namespace muster::index

#endif  // MUSTER_INDEX_SEGMENTS_SEGMENT_RECORD_H_
