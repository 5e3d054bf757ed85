// Bitmap ↔ record bytes.
#include <cstring>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "index/bitmap/bitmap.h"
#include "index/bitmap/geometry.h"
#include "index/bitmap/little_endian.h"
#include "index/bitmap/roaring_owner.h"
#define XXH_STATIC_LINKING_ONLY  // for XXH3_state_t on the stack
#include "xxhash.h"

namespace muster::index {
namespace {

constexpr size_t kChecksumOffset = 8;

uint64_t Checksum(const uint8_t* record, size_t size) {
  XXH3_state_t state;
  XXH3_64bits_reset(&state);
  XXH3_64bits_update(&state, record, kChecksumOffset);
  XXH3_64bits_update(&state, record + kRecordHeaderBytes, size - kRecordHeaderBytes);
  return XXH3_64bits_digest(&state);
}

absl::StatusOr<RoaringOwner> ReadPayload(absl::Span<const uint8_t> payload, uint8_t flags) {
  if (flags == 0) return ParsePortable(payload);
  if (!payload.empty()) {
    return absl::DataLossError(absl::StrCat("a fragment record says that it is empty or full, yet ",
                                            payload.size(), " bytes follow"));
  }
  const uint64_t end = flags == kFlagFull ? kFragmentOrdinals : 0;
  RoaringOwner bitmap(roaring_bitmap_from_range(0, end, 1));
  if (bitmap == nullptr)
    bitmap.reset(roaring_bitmap_create());  // some releases answer null for an empty range
  return bitmap;
}

}  // namespace

// By value: it brings the containers into their smallest forms.
// NOLINTNEXTLINE(performance-unnecessary-value-param)
std::string EncodeRecord(RecordKind kind, Bitmap bitmap) {
  const uint32_t cardinality = bitmap.Cardinality();
  const uint8_t flags = cardinality == 0 ? kFlagEmpty : cardinality == kFragmentOrdinals ? kFlagFull : 0;
  size_t payload_bytes = 0;
  if (flags == 0) {
    roaring_bitmap_run_optimize(bitmap.roaring_);
    roaring_bitmap_shrink_to_fit(bitmap.roaring_);
    payload_bytes = roaring_bitmap_portable_size_in_bytes(bitmap.roaring_);
  }
  std::string record(kRecordHeaderBytes + payload_bytes, '\0');
  if (flags == 0) roaring_bitmap_portable_serialize(bitmap.roaring_, record.data() + kRecordHeaderBytes);
  uint8_t* bytes = reinterpret_cast<uint8_t*>(record.data());
  bytes[0] = kRecordFormat;
  bytes[1] = static_cast<uint8_t>(kind);
  bytes[2] = flags;
  StoreLittle<uint32_t>(bytes + 4, cardinality);
  StoreLittle<uint64_t>(bytes + kChecksumOffset, Checksum(bytes, record.size()));
  return record;
}

absl::StatusOr<DecodedRecord> DecodeRecord(absl::Span<const uint8_t> record) {
  if (record.empty()) return DecodedRecord{};
  const std::optional<RecordHeader> header = ReadRecordHeader(record);
  if (!header.has_value()) {
    return absl::DataLossError(absl::StrCat("the header of a fragment record of ", record.size(),
                                            " bytes is cut short or not of format ", int{kRecordFormat}));
  }
  if (Checksum(record.data(), record.size()) != header->checksum) {
    return absl::DataLossError(absl::StrCat("the checksum of a fragment record of ", record.size(),
                                            " bytes is wrong: its bytes changed"));
  }
  absl::StatusOr<RoaringOwner> roaring = ReadPayload(record.subspan(kRecordHeaderBytes), header->flags);
  if (!roaring.ok()) return std::move(roaring).status();
  DecodedRecord decoded{header->kind, Bitmap(roaring->release())};
  if (!decoded.bitmap.Empty() && roaring_bitmap_maximum(decoded.bitmap.roaring_) >= kFragmentOrdinals) {
    return absl::DataLossError(absl::StrCat("a fragment record holds ordinal ",
                                            roaring_bitmap_maximum(decoded.bitmap.roaring_),
                                            ", past its fragment"));
  }
  if (decoded.bitmap.Cardinality() != header->cardinality) {
    return absl::DataLossError(absl::StrCat("a fragment record holds ", decoded.bitmap.Cardinality(),
                                            " ordinals, but its header says ", header->cardinality));
  }
  return decoded;
}

}  // namespace muster::index
