#include "benchmarks/flat_baseline.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <thread>

#include "index/bitmap/chunk_view.h"
#include "index/bitmap/geometry.h"
#include "query/execution/kernels/kernels.h"
#include "query/execution/kernels/sparse_chunks.h"

namespace muster::benchmarks {
namespace {

constexpr size_t kAlignment = 4096;

void WidenRow(const index::Snapshot& snapshot, index::RowRef row, uint8_t* bitset) {
  const std::unique_ptr<index::RowSource> source = snapshot.NewRowSource();
  index::ResolvedRow resolved;
  index::FragmentChunks chunks;
  query::ChunkRegister widened;
  for (uint32_t first = 0; first < snapshot.fragment_count(); first += index::kMaxWindowFragments) {
    const uint32_t count = std::min(index::kMaxWindowFragments, snapshot.fragment_count() - first);
    if (!source->BeginWindow(first, count).ok() || !source->Resolve(row, resolved).ok()) std::abort();
    for (const index::ResolvedRow::Fragment& fragment : resolved.fragments) {
      if (!index::ReadFragmentChunks(fragment.image, chunks)) std::abort();
      for (const index::ChunkView& chunk : chunks) {
        query::Widen(query::BestKernels(), chunk, widened);
        std::memcpy(bitset, widened.bytes(), index::kChunkBytes);
        bitset += index::kChunkBytes;
      }
    }
    source->EndWindow();
  }
}

}  // namespace

FlatRows::FlatRows(const index::Snapshot& snapshot, absl::Span<const index::RowRef> rows)
    : chunks_(uint64_t{snapshot.fragment_count()} * index::kChunksPerFragment) {
  for (const index::RowRef& row : rows) {
    void* bytes = std::aligned_alloc(kAlignment, chunks_ * index::kChunkBytes);
    if (bytes == nullptr) std::abort();
    bitsets_.emplace_back(static_cast<uint8_t*>(bytes));
    WidenRow(snapshot, row, bitsets_.back().get());
  }
}

uint64_t FlatRows::Count(uint32_t positives, uint32_t threads) const {
  std::vector<uint64_t> counts(threads);
  std::vector<std::thread> others;
  const auto part = [&](uint32_t thread) {
    counts[thread] = CountChunks(positives, chunks_ * thread / threads, chunks_ * (thread + 1) / threads);
  };
  for (uint32_t thread = 1; thread < threads; ++thread) others.emplace_back(part, thread);
  part(0);
  for (std::thread& other : others) other.join();
  uint64_t count = 0;
  for (const uint64_t each : counts) count += each;
  return count;
}

uint64_t FlatRows::CountChunks(uint32_t positives, uint64_t first, uint64_t end) const {
  const query::Kernels& kernels = query::BestKernels();
  const uint32_t negatives = static_cast<uint32_t>(bitsets_.size()) - positives;
  std::vector<const uint8_t*> operands(bitsets_.size());
  uint64_t count = 0;
  for (uint64_t chunk = first; chunk < end; ++chunk) {
    for (size_t i = 0; i < bitsets_.size(); ++i) operands[i] = bitsets_[i].get() + chunk * index::kChunkBytes;
    count += kernels.intersect({operands.data(), positives, negatives}, nullptr);
  }
  return count;
}

}  // namespace muster::benchmarks
