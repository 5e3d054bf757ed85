// Kernels for x86-64 with AVX-512 (F, BW) and VPOPCNTDQ, isolated as in kernels_avx2.cc.
#include <bit>
#include <cstdint>

#include "index/bitmap/geometry.h"
#include "index/bitmap/little_endian.h"
#include "query/execution/kernels/kernels.h"

#if defined(__x86_64__)

#include <immintrin.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vpopcntdq,bmi,bmi2"))), \
                             apply_to = function)
#else
#pragma GCC target("avx512f,avx512bw,avx512vpopcntdq,bmi,bmi2")
#endif

#include "query/execution/kernels/kernel_loops.h"

#define MUSTER_AVX512 __attribute__((always_inline)) static inline

namespace muster::query {
namespace {

// Operators rather than intrinsics where both exist, because GCC 12 warns about its own headers.
struct Avx512 {
  using Vector = __m512i;
  MUSTER_AVX512 Vector Load(const uint8_t* bytes) { return _mm512_loadu_si512(bytes); }
  MUSTER_AVX512 void Store(uint8_t* bytes, Vector v) { _mm512_storeu_si512(bytes, v); }
  MUSTER_AVX512 Vector Zero() { return _mm512_setzero_si512(); }
  MUSTER_AVX512 Vector Ones() { return _mm512_set1_epi64(-1); }
  MUSTER_AVX512 Vector And(Vector x, Vector y) { return x & y; }
  MUSTER_AVX512 Vector Or(Vector x, Vector y) { return x | y; }
  MUSTER_AVX512 Vector Xor(Vector x, Vector y) { return x ^ y; }
  MUSTER_AVX512 Vector Minus(Vector x, Vector y) { return x & ~y; }
  MUSTER_AVX512 bool IsZero(Vector x) { return _mm512_test_epi64_mask(x, x) == 0; }

  class Counter {
   public:
    Counter() : counted_(Zero()) {}
    __attribute__((always_inline)) inline void Add(Vector a, Vector b, Vector c, Vector d) {
      const Vector first = _mm512_add_epi64(_mm512_popcnt_epi64(a), _mm512_popcnt_epi64(b));
      const Vector second = _mm512_add_epi64(_mm512_popcnt_epi64(c), _mm512_popcnt_epi64(d));
      counted_ = _mm512_add_epi64(counted_, _mm512_add_epi64(first, second));
    }
    __attribute__((always_inline)) inline uint32_t Total() const {
      uint64_t lanes[8];
      _mm512_storeu_si512(lanes, counted_);
      return static_cast<uint32_t>(lanes[0] + lanes[1] + lanes[2] + lanes[3] + lanes[4] + lanes[5] +
                                   lanes[6] + lanes[7]);
    }

   private:
    Vector counted_;
  };
};

}  // namespace

// Constant data, so that no code for this processor runs before its features are checked.
extern constexpr Kernels kAvx512Kernels = KernelLoops<Avx512>::Named("avx512");

}  // namespace muster::query

#if defined(__clang__)
#pragma clang attribute pop
#endif

#else

namespace muster::query {

extern constexpr Kernels kAvx512Kernels = {};

}  // namespace muster::query

#endif
