#include "index/bitmap/portable.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "index/bitmap/roaring_owner.h"

namespace muster::index {

absl::StatusOr<RoaringOwner> ParsePortable(absl::Span<const uint8_t> bytes) {
  const char* start = reinterpret_cast<const char*>(bytes.data());
  const size_t length = roaring_bitmap_portable_deserialize_size(start, bytes.size());
  if (length == 0) {
    return absl::DataLossError(
        absl::StrCat("the ", bytes.size(), " bytes of a Roaring bitmap are cut short or are none"));
  }
  if (length != bytes.size()) {
    return absl::DataLossError(
        absl::StrCat("a Roaring bitmap ends after ", length, " bytes, but ", bytes.size(), " are stored"));
  }
  RoaringOwner bitmap(roaring_bitmap_portable_deserialize_safe(start, bytes.size()));
  if (bitmap == nullptr)
    return absl::DataLossError("a Roaring bitmap can't be read: its directory is broken");
  const char* reason = nullptr;
  if (!roaring_bitmap_internal_validate(bitmap.get(), &reason)) {
    return absl::DataLossError(
        absl::StrCat("a Roaring bitmap is inconsistent: ", reason == nullptr ? "reason unknown" : reason));
  }
  return bitmap;
}

absl::StatusOr<std::vector<uint32_t>> DecodePortable(absl::Span<const uint8_t> bytes) {
  absl::StatusOr<RoaringOwner> bitmap = ParsePortable(bytes);
  if (!bitmap.ok()) return std::move(bitmap).status();
  std::vector<uint32_t> values(roaring_bitmap_get_cardinality(bitmap->get()));
  roaring_bitmap_to_uint32_array(bitmap->get(), values.data());
  return values;
}

}  // namespace muster::index
