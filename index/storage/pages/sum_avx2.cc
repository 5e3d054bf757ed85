// XXH3 for x86-64 with AVX2. Everything below the target pragma is compiled for AVX2, to the end of the file.
// The library's functions are all static here and no template is used, so no AVX2 code gets into functions
// that other processors run.
// There is none for AVX-512: from memory it isn't faster, and slower where records don't begin on a line.
#include "index/storage/pages/sum.h"

#if defined(__x86_64__)

#include <immintrin.h>

#include <cstdlib>
#include <cstring>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC target("avx2")
#endif

#define XXH_INLINE_ALL
#define XXH_VECTOR XXH_AVX2
#define XXH_PREFETCH_DIST muster::index::kSumAhead
#include <xxhash.h>

namespace muster::index {

uint64_t SumAvx2(const char* bytes, size_t count, uint64_t seed) {
  return XXH3_64bits_withSeed(bytes, count, seed);
}

}  // namespace muster::index

#if defined(__clang__)
#pragma clang attribute pop
#endif

#endif  // __x86_64__
