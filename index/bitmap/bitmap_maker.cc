// CRoaring builds a bitmap from sorted values by adding them one by one, and converts arrays that grow too
// large to bitsets. Here each chunk is written in its final form, in Roaring's portable format, which
// CRoaring then reads by copying the containers.
#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <new>

#include "absl/base/macros.h"
#include "index/bitmap/bitmap.h"
#include "index/bitmap/geometry.h"
#include "index/bitmap/little_endian.h"
#include "roaring/roaring.h"

namespace muster::index {
namespace {

// Of the portable format: no container is a run; more members than these are a bitset.
constexpr uint32_t kCookie = 12346;
constexpr uint32_t kArrayMax = 4096;
// With fewer members, CRoaring's way is as fast.
constexpr size_t kFew = 32;

// The portable format of one fragment.
class PortableImage {
 public:
  // `cardinalities`: of each chunk.
  explicit PortableImage(const std::array<uint32_t, kChunksPerFragment>& cardinalities) {
    const auto containers = static_cast<uint32_t>(
        std::count_if(cardinalities.begin(), cardinalities.end(), [](uint32_t count) { return count > 0; }));
    StoreLittle<uint32_t>(bytes_.data(), kCookie);
    StoreLittle<uint32_t>(bytes_.data() + 4, containers);
    uint8_t* described = bytes_.data() + 8;
    uint8_t* offset = described + 4 * containers;
    size_ = 8 + 8 * size_t{containers};
    for (uint32_t chunk = 0; chunk < kChunksPerFragment; ++chunk) {
      if (cardinalities[chunk] == 0) continue;
      StoreLittle<uint16_t>(described, static_cast<uint16_t>(chunk));
      StoreLittle<uint16_t>(described + 2, static_cast<uint16_t>(cardinalities[chunk] - 1));
      StoreLittle<uint32_t>(offset, static_cast<uint32_t>(size_));
      described += 4;
      offset += 4;
      at_[chunk] = size_;
      size_ += cardinalities[chunk] <= kArrayMax ? cardinalities[chunk] * sizeof(uint16_t) : kChunkBytes;
    }
  }

  // Where the chunk's container goes. REQUIRES: it has members.
  uint8_t* Container(uint32_t chunk) { return bytes_.data() + at_[chunk]; }

  roaring_bitmap_t* Read() const {
    roaring_bitmap_t* const bitmap =
        roaring_bitmap_portable_deserialize_safe(reinterpret_cast<const char*>(bytes_.data()), size_);
    if (bitmap == nullptr) throw std::bad_alloc();  // the format is sound
    return bitmap;
  }

 private:
  size_t size_ = 0;
  std::array<size_t, kChunksPerFragment> at_{};
  std::array<uint8_t, 8 + kChunksPerFragment*(8 + kChunkBytes)> bytes_;  // what isn't written isn't read
};

void WriteLocals(absl::Span<const uint32_t> locals, uint8_t* to) {
  if (locals.size() <= kArrayMax) {
    for (size_t i = 0; i < locals.size(); ++i)
      StoreLittle<uint16_t>(to + i * sizeof(uint16_t), static_cast<uint16_t>(locals[i]));
    return;
  }
  std::memset(to, 0, kChunkBytes);
  for (size_t i = 0; i < locals.size();) {
    const uint32_t word = (locals[i] % kChunkOrdinals) / 64;
    uint64_t bits = 0;
    for (; i < locals.size() && (locals[i] % kChunkOrdinals) / 64 == word; ++i)
      bits |= uint64_t{1} << (locals[i] % 64);
    StoreLittle<uint64_t>(to + word * sizeof(uint64_t), bits);
  }
}

void WriteWords(absl::Span<const uint64_t> words, uint32_t cardinality, uint8_t* to) {
  if (cardinality > kArrayMax) {
    for (size_t i = 0; i < words.size(); ++i) StoreLittle<uint64_t>(to + i * sizeof(uint64_t), words[i]);
    return;
  }
  for (size_t i = 0; i < words.size(); ++i) {
    for (uint64_t left = words[i]; left != 0; left &= left - 1) {
      StoreLittle<uint16_t>(to, static_cast<uint16_t>(i * 64 + static_cast<size_t>(std::countr_zero(left))));
      to += sizeof(uint16_t);
    }
  }
}

}  // namespace

Bitmap Bitmap::FromSorted(absl::Span<const uint32_t> locals) {
  ABSL_HARDENING_ASSERT(locals.empty() || locals.back() < kFragmentOrdinals);
  if (locals.size() < kFew) {
    Bitmap few;
    few.AddMany(locals);
    return few;
  }
  std::array<uint32_t, kChunksPerFragment> cardinalities{};
  std::array<size_t, kChunksPerFragment + 1> begins{};
  for (uint32_t chunk = 0; chunk < kChunksPerFragment; ++chunk) {
    const auto end = std::lower_bound(locals.begin() + static_cast<ptrdiff_t>(begins[chunk]), locals.end(),
                                      (chunk + 1) * kChunkOrdinals);
    begins[chunk + 1] = static_cast<size_t>(end - locals.begin());
    cardinalities[chunk] = static_cast<uint32_t>(begins[chunk + 1] - begins[chunk]);
  }
  PortableImage image(cardinalities);
  for (uint32_t chunk = 0; chunk < kChunksPerFragment; ++chunk) {
    if (cardinalities[chunk] > 0)
      WriteLocals(locals.subspan(begins[chunk], cardinalities[chunk]), image.Container(chunk));
  }
  return Bitmap(image.Read());
}

Bitmap Bitmap::FromWords(absl::Span<const uint64_t> words) {
  ABSL_HARDENING_ASSERT(words.size() == kFragmentOrdinals / 64);
  std::array<uint32_t, kChunksPerFragment> cardinalities{};
  for (size_t i = 0; i < words.size(); ++i)
    cardinalities[i / kChunkWords] += static_cast<uint32_t>(std::popcount(words[i]));
  PortableImage image(cardinalities);
  for (uint32_t chunk = 0; chunk < kChunksPerFragment; ++chunk) {
    if (cardinalities[chunk] == 0) continue;
    WriteWords(words.subspan(size_t{chunk} * kChunkWords, kChunkWords), cardinalities[chunk],
               image.Container(chunk));
  }
  return Bitmap(image.Read());
}

}  // namespace muster::index
