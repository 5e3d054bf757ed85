#include "index/storage/pages/sum.h"

#include <vector>

namespace muster::index {

absl::Span<const SumFunction> AllSums() {
  static const std::vector<SumFunction>& all = *new std::vector<SumFunction>([] {
    std::vector<SumFunction> found = {SumPortable};
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) found.push_back(SumAvx2);
#endif
    return found;
  }());
  return all;
}

uint64_t SumOf(std::string_view bytes, uint64_t seed) {
  static const SumFunction best = AllSums().back();
  return best(bytes.data(), bytes.size(), seed);
}

}  // namespace muster::index
