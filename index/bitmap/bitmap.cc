#include "index/bitmap/bitmap.h"

#include <new>
#include <utility>

#include "absl/base/macros.h"
#include "index/bitmap/geometry.h"
#include "roaring/roaring.h"

namespace muster::index {
namespace {

// CRoaring returns null when it can't allocate.
roaring_bitmap_s* NotNull(roaring_bitmap_s* bitmap) {
  if (bitmap == nullptr) throw std::bad_alloc();
  return bitmap;
}

}  // namespace

Bitmap::Bitmap() : roaring_(NotNull(roaring_bitmap_create())) {}
Bitmap::Bitmap(const Bitmap& other) : roaring_(NotNull(roaring_bitmap_copy(other.roaring_))) {}
Bitmap::Bitmap(Bitmap&& other) noexcept : roaring_(std::exchange(other.roaring_, nullptr)) {}
Bitmap& Bitmap::operator=(const Bitmap& other) {
  if (this != &other) *this = Bitmap(other);
  return *this;
}
Bitmap& Bitmap::operator=(Bitmap&& other) noexcept {
  std::swap(roaring_, other.roaring_);
  return *this;
}
Bitmap::~Bitmap() {
  if (roaring_ != nullptr) roaring_bitmap_free(roaring_);
}

Bitmap Bitmap::Full() { return Bitmap(NotNull(roaring_bitmap_from_range(0, kFragmentOrdinals, 1))); }

void Bitmap::Add(uint32_t local) {
  ABSL_HARDENING_ASSERT(local < kFragmentOrdinals);
  roaring_bitmap_add(roaring_, local);
}
void Bitmap::AddMany(absl::Span<const uint32_t> locals) {
  for (const uint32_t local : locals) ABSL_HARDENING_ASSERT(local < kFragmentOrdinals);
  roaring_bitmap_add_many(roaring_, locals.size(), locals.data());
}
bool Bitmap::Contains(uint32_t local) const { return roaring_bitmap_contains(roaring_, local); }
uint32_t Bitmap::Cardinality() const {
  return static_cast<uint32_t>(roaring_bitmap_get_cardinality(roaring_));
}
bool Bitmap::Empty() const { return roaring_bitmap_is_empty(roaring_); }
std::vector<uint32_t> Bitmap::ToVector() const {
  std::vector<uint32_t> locals(Cardinality());
  roaring_bitmap_to_uint32_array(roaring_, locals.data());
  return locals;
}
void Bitmap::Union(const Bitmap& other) { roaring_bitmap_or_inplace(roaring_, other.roaring_); }
void Bitmap::Intersect(const Bitmap& other) { roaring_bitmap_and_inplace(roaring_, other.roaring_); }
void Bitmap::Subtract(const Bitmap& other) { roaring_bitmap_andnot_inplace(roaring_, other.roaring_); }
// CRoaring can't XOR a bitmap with itself in place.
void Bitmap::Xor(const Bitmap& other) {
  if (this == &other) {
    roaring_bitmap_clear(roaring_);
  } else {
    roaring_bitmap_xor_inplace(roaring_, other.roaring_);
  }
}
bool operator==(const Bitmap& a, const Bitmap& b) { return roaring_bitmap_equals(a.roaring_, b.roaring_); }

}  // namespace muster::index
