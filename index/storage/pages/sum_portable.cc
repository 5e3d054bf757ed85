// XXH3 with the vector instructions that every processor of the architecture has.
#include "index/storage/pages/sum.h"

#define XXH_INLINE_ALL
#define XXH_PREFETCH_DIST muster::index::kSumAhead
#include <xxhash.h>

namespace muster::index {

uint64_t SumPortable(const char* bytes, size_t count, uint64_t seed) {
  return XXH3_64bits_withSeed(bytes, count, seed);
}

}  // namespace muster::index
