#include "query/execution/kernels/kernels.h"

#include <array>
#include <vector>

namespace muster::query {
namespace {

struct alignas(64) ConstantChunk {
  std::array<uint8_t, index::kChunkBytes> bytes;
};

constexpr ConstantChunk ChunkOf(uint8_t byte) {
  ConstantChunk chunk{};
  for (uint8_t& each : chunk.bytes) each = byte;
  return chunk;
}

constexpr ConstantChunk kNone = ChunkOf(0x00);
constexpr ConstantChunk kAll = ChunkOf(0xff);

// Whether this processor runs them. The constants of other processors are empty.
bool Runs(const Kernels& kernels) {
#if defined(__x86_64__)
  if (!__builtin_cpu_supports("bmi2") && &kernels != &kPortableKernels) return false;
  if (&kernels == &kAvx512Kernels) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vpopcntdq");
  }
  if (&kernels == &kAvx2Kernels) return __builtin_cpu_supports("avx2");
#endif
  return &kernels == &kPortableKernels;
}

}  // namespace

absl::Span<const Kernels* const> AllKernels() {
  static const std::vector<const Kernels*>& all = *new std::vector<const Kernels*>([] {
    std::vector<const Kernels*> found;
    for (const Kernels* kernels : {&kPortableKernels, &kAvx2Kernels, &kAvx512Kernels}) {
      if (Runs(*kernels)) found.push_back(kernels);
    }
    return found;
  }());
  return all;
}

const Kernels& BestKernels() { return *AllKernels().back(); }

const uint8_t* NoneOfChunk() { return kNone.bytes.data(); }
const uint8_t* AllOfChunk() { return kAll.bytes.data(); }

}  // namespace muster::query
