#include "query/execution/kernels.h"

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

}  // namespace

absl::Span<const Kernels* const> AllKernels() {
  static const std::vector<const Kernels*>& all = *new std::vector<const Kernels*>([] {
    std::vector<const Kernels*> found = {&PortableKernels()};
    if (Avx2Kernels() != nullptr) found.push_back(Avx2Kernels());
    return found;
  }());
  return all;
}

const Kernels& BestKernels() { return *AllKernels().back(); }

const uint8_t* NoneOfChunk() { return kNone.bytes.data(); }
const uint8_t* AllOfChunk() { return kAll.bytes.data(); }

}  // namespace muster::query
