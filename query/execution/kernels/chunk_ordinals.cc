#include "query/execution/kernels/chunk_ordinals.h"

#include <bit>

#include "index/bitmap/little_endian.h"
#include "query/execution/kernels/sparse_chunks.h"

namespace muster::query {
namespace {

using index::ChunkForm;
using index::ChunkView;
using index::Ordinal;

uint32_t WriteRange(uint32_t begin, uint32_t end, Ordinal first, Ordinal* out) {
  for (uint32_t value = begin; value < end; ++value) *out++ = first + value;
  return end - begin;
}

uint32_t WriteBits(const uint8_t* bitset, Ordinal first, Ordinal* out) {
  uint32_t count = 0;
  for (uint32_t word = 0; word < index::kChunkWords; ++word) {
    uint64_t left = index::LoadLittle<uint64_t>(bitset + size_t{word} * 8);
    for (; left != 0; left &= left - 1) {
      out[count++] = first + uint64_t{word} * 64 + static_cast<uint32_t>(std::countr_zero(left));
    }
  }
  return count;
}

}  // namespace

uint32_t WriteOrdinals(const ChunkView& view, Ordinal first, Ordinal* out) {
  uint32_t count = 0;
  switch (view.form) {
    case ChunkForm::kEmpty:
      break;
    case ChunkForm::kFull:
      return WriteRange(0, index::kChunkOrdinals, first, out);
    case ChunkForm::kArray:
      for (uint32_t i = 0; i < view.count; ++i) out[count++] = first + ArrayValue(view, i);
      break;
    case ChunkForm::kBitset:
      return WriteBits(view.bytes, first, out);
    case ChunkForm::kRuns:
      ForEachRun(view,
                 [&](uint32_t begin, uint32_t end) { count += WriteRange(begin, end, first, out + count); });
      break;
  }
  return count;
}

}  // namespace muster::query
