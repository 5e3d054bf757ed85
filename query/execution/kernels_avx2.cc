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

MUSTER_AVX2_INLINE __m256i Load(const uint8_t* bytes) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes));
}
MUSTER_AVX2_INLINE void Store(uint8_t* bytes, __m256i vector) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(bytes), vector);
}

// Four vectors taken together in one turn of a loop: that hides the loop over the operands, and a byte of the
// population counter takes their bits (4 × 8) without overflow. Four names rather than an array, because at
// -O2 a loop over an array of them stays a loop through memory (measured: half the speed).
struct Block {
  __m256i a;
  __m256i b;
  __m256i c;
  __m256i d;
};
constexpr uint32_t kBlockBytes = sizeof(Block);

MUSTER_AVX2_INLINE Block Filled(char byte) {
  const __m256i vector = _mm256_set1_epi8(byte);
  return {vector, vector, vector, vector};
}
MUSTER_AVX2_INLINE Block LoadBlock(const uint8_t* bytes) {
  return {Load(bytes), Load(bytes + kVectorBytes), Load(bytes + 2 * kVectorBytes),
          Load(bytes + 3 * kVectorBytes)};
}
MUSTER_AVX2_INLINE void StoreBlock(uint8_t* bytes, const Block& block) {
  Store(bytes, block.a);
  Store(bytes + kVectorBytes, block.b);
  Store(bytes + 2 * kVectorBytes, block.c);
  Store(bytes + 3 * kVectorBytes, block.d);
}
MUSTER_AVX2_INLINE Block And(const Block& x, const Block& y) {
  return {_mm256_and_si256(x.a, y.a), _mm256_and_si256(x.b, y.b), _mm256_and_si256(x.c, y.c),
          _mm256_and_si256(x.d, y.d)};
}
// x without y.
MUSTER_AVX2_INLINE Block Minus(const Block& x, const Block& y) {
  return {_mm256_andnot_si256(y.a, x.a), _mm256_andnot_si256(y.b, x.b), _mm256_andnot_si256(y.c, x.c),
          _mm256_andnot_si256(y.d, x.d)};
}
MUSTER_AVX2_INLINE Block Or(const Block& x, const Block& y) {
  return {_mm256_or_si256(x.a, y.a), _mm256_or_si256(x.b, y.b), _mm256_or_si256(x.c, y.c),
          _mm256_or_si256(x.d, y.d)};
}
MUSTER_AVX2_INLINE bool IsZero(const Block& block) {
  const __m256i any = _mm256_or_si256(_mm256_or_si256(block.a, block.b), _mm256_or_si256(block.c, block.d));
  return _mm256_testz_si256(any, any) != 0;
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

// The block's bits added to four running sums.
MUSTER_AVX2_INLINE __m256i AddBits(__m256i sums, const Block& block) {
  const __m256i first = _mm256_add_epi8(BitsOfBytes(block.a), BitsOfBytes(block.b));
  const __m256i second = _mm256_add_epi8(BitsOfBytes(block.c), BitsOfBytes(block.d));
  const __m256i bytes = _mm256_add_epi8(first, second);
  return _mm256_add_epi64(sums, _mm256_sad_epu8(bytes, _mm256_setzero_si256()));
}

MUSTER_AVX2_INLINE uint32_t Total(__m256i sums) {
  const __m128i halves = _mm_add_epi64(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
  return static_cast<uint32_t>(_mm_cvtsi128_si64(halves) + _mm_extract_epi64(halves, 1));
}

MUSTER_AVX2 uint32_t Intersect(const uint8_t* const* operands, uint32_t positives, uint32_t negatives,
                               uint8_t* out) {
  __m256i sums = _mm256_setzero_si256();
  for (uint32_t offset = 0; offset < kChunkBytes; offset += kBlockBytes) {
    Block block = positives > 0 ? LoadBlock(operands[0] + offset) : Filled(-1);
    for (uint32_t i = 1; i < positives; ++i) block = And(block, LoadBlock(operands[i] + offset));
    for (uint32_t i = 0; i < negatives; ++i)
      block = Minus(block, LoadBlock(operands[positives + i] + offset));
    if (out != nullptr) StoreBlock(out + offset, block);
    sums = AddBits(sums, block);
  }
  return Total(sums);
}

MUSTER_AVX2 uint32_t Unite(const uint8_t* const* operands, uint32_t count, uint8_t* out) {
  __m256i sums = _mm256_setzero_si256();
  for (uint32_t offset = 0; offset < kChunkBytes; offset += kBlockBytes) {
    Block block = Filled(0);
    for (uint32_t i = 0; i < count; ++i) block = Or(block, LoadBlock(operands[i] + offset));
    if (out != nullptr) StoreBlock(out + offset, block);
    sums = AddBits(sums, block);
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

// See CompareWord in kernels_portable.cc for the walk and why it ends.
MUSTER_AVX2 uint32_t Compare(const uint8_t* start, const uint8_t* const* slices, uint32_t bits,
                             uint64_t bound, SliceBound side, uint8_t* out) {
  __m256i sums = _mm256_setzero_si256();
  for (uint32_t offset = 0; offset < kChunkBytes; offset += kBlockBytes) {
    Block equal = LoadBlock(start + offset);
    Block decided = Filled(0);
    for (uint32_t bit = bits; bit-- > 0 && !IsZero(equal);) {
      const Block slice = LoadBlock(slices[bit] + offset);
      if ((bound >> bit & 1) != 0) {
        if (side == SliceBound::kAtMost) decided = Or(decided, Minus(equal, slice));
        equal = And(equal, slice);
      } else {
        if (side == SliceBound::kAtLeast) decided = Or(decided, And(equal, slice));
        equal = Minus(equal, slice);
      }
    }
    decided = Or(decided, equal);
    StoreBlock(out + offset, decided);
    sums = AddBits(sums, decided);
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
