#include "index/bitmap/fragment_record.h"

#include "index/bitmap/geometry.h"
#include "index/bitmap/little_endian.h"

namespace muster::index {

std::optional<RecordHeader> ReadRecordHeader(absl::Span<const uint8_t> record) {
  if (record.size() < kRecordHeaderBytes) return std::nullopt;
  const uint8_t* bytes = record.data();
  RecordHeader header;
  header.format = bytes[0];
  header.flags = bytes[2];
  header.cardinality = LoadLittle<uint32_t>(bytes + 4);
  header.checksum = LoadLittle<uint64_t>(bytes + 8);
  if (header.format != kRecordFormat || bytes[1] > static_cast<uint8_t>(RecordKind::kBefore))
    return std::nullopt;
  header.kind = static_cast<RecordKind>(bytes[1]);
  const bool flags_known = header.flags == 0 || header.flags == kFlagEmpty || header.flags == kFlagFull;
  if (!flags_known || bytes[3] != 0 || header.cardinality > kFragmentOrdinals) return std::nullopt;
  return header;
}

}  // namespace muster::index
