// Kernels for x86-64 with AVX2. Everything after the target pragma is compiled for it, to the end of the
// file, where templates are instantiated. It is all in an unnamed namespace or depends on a type in one, so
// that no such code leaks into what other processors run.
#include <bit>
#include <cstdint>

#include "index/bitmap/geometry.h"
#include "index/bitmap/little_endian.h"
#include "query/execution/kernels/kernels.h"

#if defined(__x86_64__)

#include <immintrin.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,bmi,bmi2"))), apply_to = function)
#else
#pragma GCC target("avx2,bmi,bmi2")
#endif

#include "query/execution/kernels/kernel_loops.h"

#define MUSTER_AVX2 __attribute__((always_inline)) static inline

namespace muster::query {
namespace {

struct Avx2 {
  using Vector = __m256i;
  MUSTER_AVX2 Vector Load(const uint8_t* bytes) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes));
  }
  MUSTER_AVX2 void Store(uint8_t* bytes, Vector v) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(bytes), v);
  }
  MUSTER_AVX2 Vector Zero() { return _mm256_setzero_si256(); }
  MUSTER_AVX2 Vector Ones() { return _mm256_set1_epi8(-1); }
  MUSTER_AVX2 Vector And(Vector x, Vector y) { return _mm256_and_si256(x, y); }
  MUSTER_AVX2 Vector Or(Vector x, Vector y) { return _mm256_or_si256(x, y); }
  MUSTER_AVX2 Vector Xor(Vector x, Vector y) { return _mm256_xor_si256(x, y); }
  MUSTER_AVX2 Vector Minus(Vector x, Vector y) { return _mm256_andnot_si256(y, x); }
  MUSTER_AVX2 bool IsZero(Vector x) { return _mm256_testz_si256(x, x) != 0; }

  // The population count of each byte, by table look-up per half byte (Muła), summed in four words.
  MUSTER_AVX2 Vector BitsOf(Vector v) {
    const __m256i table = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,  //
                                           0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
    const __m256i low_half = _mm256_set1_epi8(0x0f);
    const __m256i low = _mm256_shuffle_epi8(table, And(v, low_half));
    const __m256i high = _mm256_shuffle_epi8(table, And(_mm256_srli_epi16(v, 4), low_half));
    return _mm256_sad_epu8(_mm256_add_epi8(low, high), Zero());
  }

  // Carry-save adders combine four vectors into one of weight 4, so that only every fourth vector is counted
  // (Harley and Seal; Muła, Kurz and Lemire 2018).
  class Counter {
   public:
    Counter() : ones_(Zero()), twos_(Zero()), counted_(Zero()) {}
    __attribute__((always_inline)) inline void Add(Vector a, Vector b, Vector c, Vector d) {
      const Vector first = AddUp(ones_, a, b);
      const Vector second = AddUp(ones_, c, d);
      const Vector fours = AddUp(twos_, first, second);
      counted_ = _mm256_add_epi64(counted_, BitsOf(fours));
    }
    __attribute__((always_inline)) inline uint32_t Total() const {
      const Vector rest = _mm256_add_epi64(_mm256_slli_epi64(BitsOf(twos_), 1), BitsOf(ones_));
      const Vector sums = _mm256_add_epi64(_mm256_slli_epi64(counted_, 2), rest);
      const __m128i halves = _mm_add_epi64(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
      return static_cast<uint32_t>(_mm_cvtsi128_si64(halves) + _mm_extract_epi64(halves, 1));
    }

   private:
    // sum := the lower bit of sum + x + y; returns the upper one.
    MUSTER_AVX2 Vector AddUp(Vector& sum, Vector x, Vector y) {
      const Vector either = Xor(sum, x);
      const Vector carry = Or(And(sum, x), And(either, y));
      sum = Xor(either, y);
      return carry;
    }
    Vector ones_, twos_, counted_;
  };
};

}  // namespace

// Constant data, so that no code for this processor runs before its features are checked.
extern constexpr Kernels kAvx2Kernels = KernelLoops<Avx2>::Named("avx2");

}  // namespace muster::query

#if defined(__clang__)
#pragma clang attribute pop
#endif

#else

namespace muster::query {

extern constexpr Kernels kAvx2Kernels = {};

}  // namespace muster::query

#endif
