// XXH3-64 at the speed of memory, for seals.
#ifndef MUSTER_INDEX_STORAGE_PAGES_SUM_H_
#define MUSTER_INDEX_STORAGE_PAGES_SUM_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/types/span.h"

namespace muster::index {

// XXH3-64 of `bytes` with a seed.
uint64_t SumOf(std::string_view bytes, uint64_t seed);

// The implementations of SumOf, one for each vector instruction set; all return the same sum. Bytes are
// mostly summed when they are first read, and then come from memory. The hardware prefetches only to the
// end of a page, which a vector loop reaches before that pays off. So these prefetch kSumAhead bytes ahead,
// into the next pages, which halves the time; also beyond the last byte, where the row's next record
// usually is.
using SumFunction = uint64_t (*)(const char* bytes, size_t count, uint64_t seed);
inline constexpr size_t kSumAhead = 8192;
uint64_t SumPortable(const char* bytes, size_t count, uint64_t seed);
uint64_t SumAvx2(const char* bytes, size_t count, uint64_t seed);  // REQUIRES: the processor has AVX2

// Those that this processor can run, the fastest last.
absl::Span<const SumFunction> AllSums();

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_PAGES_SUM_H_
