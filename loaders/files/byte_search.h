// Searches a block of text for several bytes at once.
#ifndef MUSTER_LOADERS_FILES_BYTE_SEARCH_H_
#define MUSTER_LOADERS_FILES_BYTE_SEARCH_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace muster::loaders {

// One ByteSearch::Find examines this many bytes: one for each bit of its result.
inline constexpr size_t kSearchedBytes = 64;

// Up to five bytes that are searched for together. A plain value; const methods are thread-safe.
class ByteSearch {
 public:
  // To search for fewer bytes, repeat one.
  explicit ByteSearch(const std::array<char, 5>& wanted) : wanted_(wanted) {}

  // Bit i is set if block[i] is one of the bytes. REQUIRES: kSearchedBytes are readable at `block`.
  uint64_t Find(const char* block) const;

 private:
  std::array<char, 5> wanted_;
};

#if defined(__SSE2__)

inline uint64_t ByteSearch::Find(const char* block) const {
  const __m128i a = _mm_set1_epi8(wanted_[0]), b = _mm_set1_epi8(wanted_[1]), c = _mm_set1_epi8(wanted_[2]),
                d = _mm_set1_epi8(wanted_[3]), e = _mm_set1_epi8(wanted_[4]);
  uint64_t found = 0;
  for (size_t at = 0; at < kSearchedBytes; at += sizeof(__m128i)) {
    const __m128i text = _mm_loadu_si128(reinterpret_cast<const __m128i*>(block + at));
    const __m128i ab = _mm_or_si128(_mm_cmpeq_epi8(text, a), _mm_cmpeq_epi8(text, b));
    const __m128i cd = _mm_or_si128(_mm_cmpeq_epi8(text, c), _mm_cmpeq_epi8(text, d));
    const __m128i any = _mm_or_si128(_mm_or_si128(ab, cd), _mm_cmpeq_epi8(text, e));
    found |= uint64_t{static_cast<uint16_t>(_mm_movemask_epi8(any))} << at;
  }
  return found;
}

#else

// Processes eight bytes per word: a byte matches where its exclusive or with the wanted byte is zero.
inline uint64_t ByteSearch::Find(const char* block) const {
  constexpr uint64_t kOnes = 0x0101010101010101, kLow = 0x7f7f7f7f7f7f7f7f;
  constexpr uint64_t kGather =
      0x0102040810204080;  // gathers the lowest bits of all bytes in the highest byte
  uint64_t found = 0;
  for (size_t at = 0; at < kSearchedBytes; at += sizeof(uint64_t)) {
    uint64_t any = 0;
    for (const char wanted : wanted_) {
      uint64_t text;
      std::memcpy(&text, block + at, sizeof text);
      const uint64_t differs = text ^ (kOnes * static_cast<unsigned char>(wanted));
      any |= ~(((differs & kLow) + kLow) | differs | kLow);  // sets 0x80 in each byte that is zero
    }
    found |= (((any >> 7) * kGather) >> 56) << at;
  }
  return found;
}

#endif

}  // namespace muster::loaders

#endif  // MUSTER_LOADERS_FILES_BYTE_SEARCH_H_
