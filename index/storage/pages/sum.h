// XXH3-64 at the speed of the memory: what seals are made of.
#ifndef MUSTER_INDEX_STORAGE_PAGES_SUM_H_
#define MUSTER_INDEX_STORAGE_PAGES_SUM_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/types/span.h"

namespace muster::index {

// XXH3-64 of `bytes` with a seed.
uint64_t SumOf(std::string_view bytes, uint64_t seed);

// The ways in which SumOf may take it, all of which answer the same: for the processor's vectors. Bytes are
// mostly summed when they are first read, and then come from memory. The processor fetches ahead by itself
// only to the end of a page, which a vector loop reaches before the fetch has paid. So these ask for what
// lies kSumAhead bytes ahead, in the next pages, which halves the time; behind the last byte too, where the
// row's next record lies as a rule.
using SumFunction = uint64_t (*)(const char* bytes, size_t count, uint64_t seed);
inline constexpr size_t kSumAhead = 8192;
uint64_t SumPortable(const char* bytes, size_t count, uint64_t seed);
uint64_t SumAvx2(const char* bytes, size_t count, uint64_t seed);  // REQUIRES: the processor has AVX2

// Those that this processor runs, the fastest last.
absl::Span<const SumFunction> AllSums();

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_PAGES_SUM_H_
