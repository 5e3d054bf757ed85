// Measures what bounds the workloads' kernels, each alone, to reproduce the figures of README.md.
//
//   set_values/N     N scattered values of an array set in a register; time a value
//   intersect/cache  eight bitsets of one chunk, again and again
//   between/cache    one bitset and a range on seven slices, the same bytes
//   rows/together    eight bitsets of 100 million members, each in one piece
//   rows/records     the same bytes as stored: records of four chunks, each on nine pages of its own
//                    and at an odd address
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "benchmark/benchmark.h"
#include "index/bitmap/geometry.h"
#include "query/execution/kernels/kernels.h"
#include "query/execution/kernels/registers.h"

namespace muster::benchmarks {
namespace {

using query::BestKernels;

constexpr uint32_t kRows = 8;
constexpr size_t kFragments = 382;  // of 100 million members
constexpr size_t kFragmentBytes = size_t{index::kChunkBytes} * index::kChunksPerFragment;
constexpr size_t kPage = 4096;
constexpr size_t kRecordStride = 9 * kPage;
constexpr size_t kRecordOffset = 16 + 16 + 27;  // the page's header, the record's, and a directory

struct FreeMemory {
  void operator()(void* memory) const { std::free(memory); }
};

void SetValues(benchmark::State& state) {
  std::mt19937 random(1);
  const uint32_t count = static_cast<uint32_t>(state.range(0));
  std::vector<uint8_t> bytes;
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t value = i * (index::kChunkOrdinals / count) + random() % (index::kChunkOrdinals / count);
    bytes.push_back(static_cast<uint8_t>(value));
    bytes.push_back(static_cast<uint8_t>(value >> 8));
  }
  query::ChunkRegister target = {};
  for (auto _ : state) {
    BestKernels().set_values(bytes.data(), count, target.bytes());
    benchmark::ClobberMemory();
  }
  state.counters["each"] =
      benchmark::Counter(count, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

std::vector<query::ChunkRegister> Chunks(uint32_t count) {
  std::mt19937_64 random(2);
  std::vector<query::ChunkRegister> chunks(count);
  for (query::ChunkRegister& chunk : chunks) {
    for (uint64_t& word : chunk.words) word = random();
  }
  return chunks;
}

void IntersectInCache(benchmark::State& state) {
  std::vector<query::ChunkRegister> chunks = Chunks(kRows);
  const uint8_t* bitsets[kRows];
  for (uint32_t i = 0; i < kRows; ++i) bitsets[i] = chunks[i].bytes();
  for (auto _ : state) benchmark::DoNotOptimize(BestKernels().intersect({bitsets, kRows, 0}, nullptr));
}

void BetweenInCache(benchmark::State& state) {
  std::vector<query::ChunkRegister> chunks = Chunks(kRows);
  const uint8_t* bitsets[kRows];
  for (uint32_t i = 0; i < kRows; ++i) bitsets[i] = chunks[i].bytes();
  const query::ChunkNumbers numbers{bitsets + 1, kRows - 1, 11, 87};
  for (auto _ : state) benchmark::DoNotOptimize(BestKernels().between({bitsets, 1, 0}, numbers, nullptr));
}

void Rows(benchmark::State& state, size_t stride, size_t offset) {
  const size_t bytes = (kRows * kFragments + 1) * stride;
  const std::unique_ptr<uint8_t, FreeMemory> memory(static_cast<uint8_t*>(std::aligned_alloc(kPage, bytes)));
  std::memset(memory.get(), 0x5a, bytes);
  for (auto _ : state) {
    uint64_t count = 0;
    for (size_t chunk = 0; chunk < kFragments * index::kChunksPerFragment; ++chunk) {
      const size_t fragment = chunk / index::kChunksPerFragment;
      const size_t within = offset + chunk % index::kChunksPerFragment * index::kChunkBytes;
      const uint8_t* bitsets[kRows];
      for (size_t row = 0; row < kRows; ++row) {
        bitsets[row] = memory.get() + (row * kFragments + fragment) * stride + within;
      }
      count += BestKernels().intersect({bitsets, kRows, 0}, nullptr);
    }
    benchmark::DoNotOptimize(count);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(kRows * kFragments * kFragmentBytes));
}

BENCHMARK(SetValues)->Name("set_values")->Arg(200)->Arg(3000);
BENCHMARK(IntersectInCache)->Name("intersect/cache");
BENCHMARK(BetweenInCache)->Name("between/cache");
BENCHMARK_CAPTURE(Rows, together, kFragmentBytes, 0)->Name("rows/together")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Rows, records, kRecordStride, kRecordOffset)
    ->Name("rows/records")
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace muster::benchmarks
