// The bytes of a fragment record: a header of 16 bytes, then portable Roaring bytes (index/FORMAT.md).
#ifndef MUSTER_INDEX_BITMAP_FRAGMENT_RECORD_H_
#define MUSTER_INDEX_BITMAP_FRAGMENT_RECORD_H_

#include <cstdint>
#include <optional>

#include "absl/types/span.h"

namespace muster::index {

// What a record's set means. DO NOT CHANGE the numbers.
enum class RecordKind : uint8_t {
  kImage = 0,   // in `fragments`: the whole fragment at the settled version
  kXor = 1,     // in `edges`: the symmetric difference of parent and child
  kAfter = 2,   // in `edges`: the whole fragment at the child
  kBefore = 3,  // in `edges`: the whole fragment at the parent
};

inline constexpr uint8_t kRecordFormat = 1;
inline constexpr uint8_t kFlagEmpty = 1;  // no payload: the empty set
inline constexpr uint8_t kFlagFull = 2;   // no payload: every ordinal of the fragment
inline constexpr uint32_t kRecordHeaderBytes = 16;

// Little-endian on disk: format u8, kind u8, flags u8, zero u8, cardinality u32, checksum u64.
struct RecordHeader {
  uint8_t format = kRecordFormat;
  RecordKind kind = RecordKind::kImage;
  uint8_t flags = 0;
  uint32_t cardinality = 0;
  uint64_t checksum = 0;  // XXH3-64 of the first 8 header bytes and the payload
};

// The header of a record; empty when the bytes can't be one (too short, other format, unknown kind or flags,
// cardinality over kFragmentOrdinals). Doesn't read the payload or verify the checksum.
std::optional<RecordHeader> ReadRecordHeader(absl::Span<const uint8_t> record);

}  // namespace muster::index

#endif  // MUSTER_INDEX_BITMAP_FRAGMENT_RECORD_H_
