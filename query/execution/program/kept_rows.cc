#include "query/execution/program/kept_rows.h"

#include <algorithm>
#include <bit>

#include "query/execution/kernels/sparse_chunks.h"

namespace muster::query {

using index::ChunkForm;

namespace {

// The most rows whose bitsets are kept for a chunk: 32 MiB.
constexpr size_t kMaxKeptRows = 4096;
// The cost of clearing a register, in units of setting a value.
constexpr uint32_t kClearSteps = 128;

}  // namespace

KeptRows::KeptRows(const Program& program, const Kernels& kernels, WindowRows& rows)
    : kernels_(kernels), rows_(rows) {
  const bool keep = program.roots().size() > 1 && program.rows().size() <= kMaxKeptRows;
  if (keep) kept_.resize(program.rows().size());
}

KeptRow& KeptRows::Of(RowIndex row) {
  KeptRow& kept = kept_[row];
  if (kept.stamp != stamp_) {
    kept.stamp = stamp_;
    kept.chunk = rows_.ChunkOf(row, chunk_);
    kept.bitset = nullptr;
    kept.steps = 0;
  }
  return kept;
}

// Looking values up for one root after the other stops once it has cost as much as a bitset would have (the
// ski rental problem), so the total cost is at most twice that of the cheaper way.
bool KeptRows::WidensFor(RowIndex row, uint32_t count) {
  KeptRow& kept = Of(row);
  if (kept.bitset != nullptr || count == 0) return true;
  const uint32_t steps =
      kept.chunk.view.form == ChunkForm::kArray
          ? count * static_cast<uint32_t>(std::bit_width(kept.chunk.view.count / count + 1))
          : kept.chunk.view.count;
  kept.steps += count + std::min(steps, kept.chunk.view.count);
  return kept.steps > kept.chunk.view.count + kClearSteps;
}

const KeptRow& KeptRows::WithBitset(RowIndex row) {
  KeptRow& kept = Of(row);
  if (kept.bitset != nullptr) return kept;
  const bool stored = !kept.chunk.composed && kept.chunk.view.form == ChunkForm::kBitset;
  if (!stored && kept.into == nullptr) kept.into = std::make_unique<ChunkRegister>();
  if (kept.chunk.composed) {
    rows_.Compose(row, chunk_, kernels_, *kept.into);
  } else {
    bytes_read_ += BytesOf(kept.chunk.view);
    if (!stored) Widen(kernels_, kept.chunk.view, *kept.into);
  }
  kept.bitset = stored ? kept.chunk.view.bytes : kept.into->bytes();
  kept.occupied = kernels_.occupied_parts(kept.bitset);
  return kept;
}

}  // namespace muster::query
