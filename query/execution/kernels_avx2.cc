// Kernels for x86-64 with AVX2. Only the functions in here are compiled for it, so that nothing of it leaks
// into code that other processors run.
#include "query/execution/kernels.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define MUSTER_AVX2 __attribute__((target("avx2")))
#define MUSTER_AVX2_INLINE __attribute__((target("avx2"), always_inline)) inline

namespace muster::query {
namespace {

using index::kChunkBytes;

constexpr uint32_t kVectorBytes = sizeof(__m256i);
// Vectors taken together in one turn of a loop: hides the loop over the operands, and a byte of the
// population counter takes four vectors' bits (4 × 8) without overflow.
constexpr uint32_t kLanes = 4;
constexpr uint32_t kBlockBytes = kLanes * kVectorBytes;

MUSTER_AVX2_INLINE __m256i Load(const uint8_t* bytes) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes));
}
MUSTER_AVX2_INLINE void Store(uint8_t* bytes, __m256i vector) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(bytes), vector);
}

// Set bits of each byte: both halves looked up in a table of 16.
MUSTER_AVX2_INLINE __m256i BitsOfBytes(__m256i vector) {
  const __m256i table = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,  //
                                         0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
  const __m256i low_half = _mm256_set1_epi8(0x0f);
  const __m256i low = _mm256_and_si256(vector, low_half);
  const __m256i high = _mm256_and_si256(_mm256_srli_epi16(vector, 4), low_half);
  return _mm256_add_epi8(_mm256_shuffle_epi8(table, low), _mm256_shuffle_epi8(table, high));
}

// Stores one block where it is wanted, and adds its bits to the four running sums.
MUSTER_AVX2_INLINE void KeepBlock(const __m256i (&block)[kLanes], uint8_t* out, __m256i& sums) {
  if (out != nullptr) {
    for (uint32_t lane = 0; lane < kLanes; ++lane) Store(out + lane * kVectorBytes, block[lane]);
  }
  const __m256i first = _mm256_add_epi8(BitsOfBytes(block[0]), BitsOfBytes(block[1]));
  const __m256i second = _mm256_add_epi8(BitsOfBytes(block[2]), BitsOfBytes(block[3]));
  const __m256i bytes = _mm256_add_epi8(first, second);
  sums = _mm256_add_epi64(sums, _mm256_sad_epu8(bytes, _mm256_setzero_si256()));
}

MUSTER_AVX2_INLINE uint32_t Total(__m256i sums) {
  const __m128i halves = _mm_add_epi64(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
  return static_cast<uint32_t>(_mm_cvtsi128_si64(halves) + _mm_extract_epi64(halves, 1));
}

MUSTER_AVX2 uint32_t Intersect(const uint8_t* const* operands, uint32_t positives, uint32_t negatives,
                               uint8_t* out) {
  __m256i sums = _mm256_setzero_si256();
  for (uint32_t offset = 0; offset < kChunkBytes; offset += kBlockBytes) {
    __m256i block[kLanes];
    for (__m256i& lane : block) lane = _mm256_set1_epi8(-1);
    for (uint32_t i = 0; i < positives; ++i) {
      const uint8_t* bytes = operands[i] + offset;
      for (uint32_t lane = 0; lane < kLanes; ++lane) {
        block[lane] = _mm256_and_si256(block[lane], Load(bytes + lane * kVectorBytes));
      }
    }
    for (uint32_t i = positives; i < positives + negatives; ++i) {
      const uint8_t* bytes = operands[i] + offset;
      for (uint32_t lane = 0; lane < kLanes; ++lane) {
        block[lane] = _mm256_andnot_si256(Load(bytes + lane * kVectorBytes), block[lane]);
      }
    }
    KeepBlock(block, out == nullptr ? nullptr : out + offset, sums);
  }
  return Total(sums);
}

MUSTER_AVX2 uint32_t Unite(const uint8_t* const* operands, uint32_t count, uint8_t* out) {
  __m256i sums = _mm256_setzero_si256();
  for (uint32_t offset = 0; offset < kChunkBytes; offset += kBlockBytes) {
    __m256i block[kLanes];
    for (__m256i& lane : block) lane = _mm256_setzero_si256();
    for (uint32_t i = 0; i < count; ++i) {
      const uint8_t* bytes = operands[i] + offset;
      for (uint32_t lane = 0; lane < kLanes; ++lane) {
        block[lane] = _mm256_or_si256(block[lane], Load(bytes + lane * kVectorBytes));
      }
    }
    KeepBlock(block, out == nullptr ? nullptr : out + offset, sums);
  }
  return Total(sums);
}

MUSTER_AVX2 void Toggle(const uint8_t* operand, uint8_t* accumulator) {
  for (uint32_t offset = 0; offset < kChunkBytes; offset += kVectorBytes) {
    Store(accumulator + offset, _mm256_xor_si256(Load(accumulator + offset), Load(operand + offset)));
  }
}

MUSTER_AVX2 void AddToPlanes(const uint8_t* operand, bool complemented, uint8_t* const* planes,
                             uint32_t plane_count) {
  const __m256i flip = _mm256_set1_epi8(complemented ? -1 : 0);
  for (uint32_t offset = 0; offset < kChunkBytes; offset += kVectorBytes) {
    __m256i carry = _mm256_xor_si256(Load(operand + offset), flip);
    for (uint32_t i = 0; i < plane_count && _mm256_testz_si256(carry, carry) == 0; ++i) {
      const __m256i plane = Load(planes[i] + offset);
      Store(planes[i] + offset, _mm256_xor_si256(plane, carry));
      carry = _mm256_and_si256(plane, carry);
    }
  }
}

MUSTER_AVX2_INLINE bool AllZero(const __m256i (&block)[kLanes]) {
  const __m256i any =
      _mm256_or_si256(_mm256_or_si256(block[0], block[1]), _mm256_or_si256(block[2], block[3]));
  return _mm256_testz_si256(any, any) != 0;
}

// One slice of a comparison: see CompareWord in kernels_portable.cc for the walk and why it ends.
MUSTER_AVX2_INLINE void CompareSlice(const uint8_t* slice, bool bound_bit, bool decides,
                                     __m256i (&equal)[kLanes], __m256i (&decided)[kLanes]) {
  for (uint32_t lane = 0; lane < kLanes; ++lane) {
    const __m256i bits = Load(slice + lane * kVectorBytes);
    const __m256i with = _mm256_and_si256(equal[lane], bits);
    const __m256i without = _mm256_andnot_si256(bits, equal[lane]);
    if (decides) decided[lane] = _mm256_or_si256(decided[lane], bound_bit ? without : with);
    equal[lane] = bound_bit ? with : without;
  }
}

MUSTER_AVX2 uint32_t Compare(const uint8_t* start, const uint8_t* const* slices, uint32_t bits,
                             uint64_t bound, SliceBound side, uint8_t* out) {
  __m256i sums = _mm256_setzero_si256();
  for (uint32_t offset = 0; offset < kChunkBytes; offset += kBlockBytes) {
    __m256i equal[kLanes];
    __m256i decided[kLanes];
    for (uint32_t lane = 0; lane < kLanes; ++lane) {
      equal[lane] = Load(start + offset + lane * kVectorBytes);
      decided[lane] = _mm256_setzero_si256();
    }
    for (uint32_t bit = bits; bit-- > 0 && !AllZero(equal);) {
      const bool bound_bit = (bound >> bit & 1) != 0;
      CompareSlice(slices[bit] + offset, bound_bit, bound_bit == (side == SliceBound::kAtMost), equal,
                   decided);
    }
    for (uint32_t lane = 0; lane < kLanes; ++lane)
      decided[lane] = _mm256_or_si256(decided[lane], equal[lane]);
    KeepBlock(decided, out + offset, sums);
  }
  return Total(sums);
}

constexpr Kernels kAvx2 = {"avx2", Intersect, Unite, Toggle, AddToPlanes, Compare};

}  // namespace

const Kernels* Avx2Kernels() { return __builtin_cpu_supports("avx2") ? &kAvx2 : nullptr; }

}  // namespace muster::query

#else

namespace muster::query {

const Kernels* Avx2Kernels() { return nullptr; }

}  // namespace muster::query

#endif
