// The reference count: a AND b AND c AND NOT d AND NOT e over ten million members, on one
// thread.
//
//   CRoaring   pair by pair, the obvious first implementation: bitmaps optimised and shrunk, cheapest order,
//              the first pair copied, then in place, the last step only counts
//   Flat       one fused AVX2 pass over uncompressed bitsets: the memory's limit
//   Muster     a program over fragment records in memory, through the interface that the store implements,
//              restricted to everyone
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <array>
#include <bit>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "benchmark/benchmark.h"
#include "benchmarks/synthetic_population.h"
#include "index/bitmap/roaring_owner.h"
#include "query/execution/kernels/kernels.h"
#include "query/execution/program/program.h"
#include "query/execution/scan.h"
#include "roaring/roaring.h"

namespace muster::benchmarks {
namespace {

// The result that all ways must agree on; the first to run sets it.
void Agree(uint64_t count) {
  static const uint64_t expected = count;
  if (count == expected) return;
  std::fprintf(stderr, "two ways disagree: %llu and %llu members\n",
               static_cast<unsigned long long>(expected), static_cast<unsigned long long>(count));
  std::abort();
}

using Roaring = index::RoaringOwner;

Roaring ToRoaring(const FlatBitset& bits) {
  std::vector<uint32_t> members;
  for (uint64_t member = 0; member < kMembers; ++member) {
    if ((bits[member / 64] >> (member % 64) & 1) != 0) members.push_back(static_cast<uint32_t>(member));
  }
  Roaring bitmap(roaring_bitmap_of_ptr(members.size(), members.data()));
  roaring_bitmap_run_optimize(bitmap.get());
  roaring_bitmap_shrink_to_fit(bitmap.get());
  return bitmap;
}

// The two sparsest positives first, then the densest negative.
uint64_t CountPairByPair(const std::array<Roaring, kTags>& tags) {
  Roaring selected(roaring_bitmap_and(tags[2].get(), tags[1].get()));
  roaring_bitmap_and_inplace(selected.get(), tags[0].get());
  roaring_bitmap_andnot_inplace(selected.get(), tags[3].get());
  return roaring_bitmap_andnot_cardinality(selected.get(), tags[4].get());
}

void CRoaringPairByPair(benchmark::State& state) {
  std::array<Roaring, kTags> tags;
  for (size_t tag = 0; tag < kTags; ++tag) tags[tag] = ToRoaring(Synthetic().flat[tag]);
  for (auto _ : state) Agree(CountPairByPair(tags));
}

#if defined(__x86_64__)

bool HasAvx2() { return __builtin_cpu_supports("avx2"); }

__attribute__((target("avx2"), always_inline)) inline __m256i Load(const FlatBitset& bits, size_t word) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bits.data() + word));
}

__attribute__((target("avx2,popcnt"))) uint64_t CountFlat(const std::array<FlatBitset, kTags>& tags) {
  uint64_t count = 0;
  const size_t words = tags[0].size();
  for (size_t word = 0; word < words; word += sizeof(__m256i) / sizeof(uint64_t)) {
    const __m256i pair = _mm256_and_si256(Load(tags[0], word), Load(tags[1], word));
    const __m256i positive = _mm256_and_si256(pair, Load(tags[2], word));
    const __m256i negative = _mm256_or_si256(Load(tags[3], word), Load(tags[4], word));
    const __m256i selected = _mm256_andnot_si256(negative, positive);
    alignas(32) std::array<uint64_t, 4> lanes;
    _mm256_store_si256(reinterpret_cast<__m256i*>(lanes.data()), selected);
    for (const uint64_t lane : lanes) count += static_cast<uint64_t>(std::popcount(lane));
  }
  return count;
}

#else

bool HasAvx2() { return false; }
uint64_t CountFlat(const std::array<FlatBitset, kTags>&) { return 0; }

#endif

void FlatBitsets(benchmark::State& state) {
  if (!HasAvx2()) {
    state.SkipWithError("this processor has no AVX2");
    return;
  }
  const std::array<FlatBitset, kTags>& tags = Synthetic().flat;
  for (auto _ : state) Agree(CountFlat(tags));
}

query::Program FiveOperands() {
  query::ProgramBuilder builder;
  std::vector<query::Operand> operands;
  for (size_t tag = 0; tag < kTags; ++tag) operands.push_back({builder.Row(RowOf(tag)), tag >= kPositives});
  const query::NodeIndex root = builder.And(operands);
  return std::move(builder).Build({root, false});
}

void MusterScan(benchmark::State& state, const query::Kernels* kernels) {
  const query::Program program = FiveOperands();
  const query::ScanJob job{
      .program = program,
      .make_source = [](query::ViewIndex, index::RowSource*) { return std::make_unique<RecordSource>(); },
      .fragments = {0, kFragments},
      .options = {.kernels = kernels}};
  for (auto _ : state) Agree(query::ScanCount(job, nullptr).value());
}

// Collects the best repetition of every benchmark for the table at the end, beside the usual output. Uses
// processor time: the work runs on one thread and never blocks, so that a busy machine doesn't distort it.
class TableReporter : public benchmark::ConsoleReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override {
    ConsoleReporter::ReportRuns(runs);
    for (const Run& run : runs) {
      if (run.error_occurred || run.run_type != Run::RT_Iteration) continue;
      const double milliseconds = run.GetAdjustedCPUTime();
      const auto [at, added] = best_.try_emplace(run.run_name.function_name, milliseconds);
      if (!added && milliseconds < at->second) at->second = milliseconds;
    }
  }

  void PrintTable() const {
    const auto roaring = best_.find("CRoaringPairByPair");
    if (roaring == best_.end()) return;
    std::printf(
        "\na AND b AND c AND NOT d AND NOT e, %llu members, one thread, best of all repetitions, processor "
        "time\n",
        static_cast<unsigned long long>(kMembers));
    std::printf("%-24s %10s %16s\n", "way", "ms", "times CRoaring");
    for (const auto& [name, milliseconds] : best_) {
      std::printf("%-24s %10.3f %15.1fx\n", name.c_str(), milliseconds, roaring->second / milliseconds);
    }
  }

 private:
  std::map<std::string, double> best_;
};

BENCHMARK(CRoaringPairByPair)->Unit(benchmark::kMillisecond)->Repetitions(5);
BENCHMARK(FlatBitsets)->Unit(benchmark::kMillisecond)->Repetitions(5);

}  // namespace
}  // namespace muster::benchmarks

int main(int argc, char** argv) {
  using muster::benchmarks::MusterScan;
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  const auto add = [](const char* name, const muster::query::Kernels* kernels) {
    benchmark::RegisterBenchmark(name, MusterScan, kernels)->Unit(benchmark::kMillisecond)->Repetitions(5);
  };
  for (const muster::query::Kernels* kernels : muster::query::AllKernels()) {
    add((std::string("Muster/") + kernels->name).c_str(), kernels);
  }
  muster::benchmarks::TableReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  reporter.PrintTable();
  return 0;
}
