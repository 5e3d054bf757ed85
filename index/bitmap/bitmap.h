// An owned compressed bitmap of one fragment, built by loads and the settler. The evaluator never makes
// one.
#ifndef MUSTER_INDEX_BITMAP_BITMAP_H_
#define MUSTER_INDEX_BITMAP_BITMAP_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "index/bitmap/fragment_record.h"

namespace roaring::api {
struct roaring_bitmap_s;
}

namespace muster::index {

// A set of local ordinals, each below kFragmentOrdinals. Movable, copyable; not thread-safe. A moved-from
// bitmap may only be assigned to or destroyed.
class Bitmap {
 public:
  Bitmap();
  Bitmap(const Bitmap&);
  Bitmap(Bitmap&&) noexcept;
  Bitmap& operator=(const Bitmap&);
  Bitmap& operator=(Bitmap&&) noexcept;
  ~Bitmap();

  // REQUIRES: `locals` ascend, without duplicates.
  static Bitmap FromSorted(absl::Span<const uint32_t> locals);
  // Member i is bit i % 64 of words[i / 64]. REQUIRES: kFragmentOrdinals / 64 words.
  static Bitmap FromWords(absl::Span<const uint64_t> words);
  static Bitmap Full();

  void Add(uint32_t local);
  void AddMany(absl::Span<const uint32_t> locals);
  bool Contains(uint32_t local) const;
  uint32_t Cardinality() const;
  bool Empty() const;
  std::vector<uint32_t> ToVector() const;
  void Union(const Bitmap& other);
  void Intersect(const Bitmap& other);
  void Subtract(const Bitmap& other);
  void Xor(const Bitmap& other);
  friend bool operator==(const Bitmap& a, const Bitmap& b);

 private:
  friend std::string EncodeRecord(RecordKind kind, Bitmap bitmap);
  friend absl::StatusOr<struct DecodedRecord> DecodeRecord(absl::Span<const uint8_t> record);
  explicit Bitmap(roaring::api::roaring_bitmap_s* owned) : roaring_(owned) {}
  roaring::api::roaring_bitmap_s* roaring_;  // null only when moved from
};

struct DecodedRecord {
  RecordKind kind = RecordKind::kImage;
  Bitmap bitmap;
};

// A record's bytes, with optimised containers, cardinality and checksum; empty and full sets have no payload.
std::string EncodeRecord(RecordKind kind, Bitmap bitmap);

// Validates everything: header, checksum, Roaring structure, ordinals below kFragmentOrdinals, cardinality.
// DATA_LOSS says what is wrong. Empty bytes are an empty image.
absl::StatusOr<DecodedRecord> DecodeRecord(absl::Span<const uint8_t> record);

}  // namespace muster::index

#endif  // MUSTER_INDEX_BITMAP_BITMAP_H_
