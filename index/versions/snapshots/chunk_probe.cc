#include "index/versions/snapshots/chunk_probe.h"

#include "index/bitmap/geometry.h"
#include "index/status/status_macros.h"
#include "index/versions/records/version_record.h"

namespace muster::index {
namespace {

uint32_t ReadU16(const uint8_t* from) { return from[0] | static_cast<uint32_t>(from[1]) << 8; }

// How many of `count` ascending entries of `stride` bytes begin with a number ≤ place.
uint32_t CountUpTo(const uint8_t* bytes, uint32_t count, uint32_t stride, uint32_t place) {
  uint32_t low = 0, high = count;
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    if (ReadU16(bytes + size_t{middle} * stride) <= place) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

absl::StatusOr<bool> ProbeRecord(RecordBytes record, uint32_t local) {
  FragmentChunks chunks;
  if (!ReadFragmentChunks(record, chunks)) return Corrupt("fragment");
  return ProbeChunk(chunks[local >> kChunkBits], local & (kChunkOrdinals - 1));
}

}  // namespace

bool ProbeChunk(const ChunkView& chunk, uint32_t place) {
  switch (chunk.form) {
    case ChunkForm::kEmpty:
      return false;
    case ChunkForm::kFull:
      return true;
    case ChunkForm::kBitset:
      return (chunk.bytes[place / 8] >> (place % 8) & 1) != 0;
    case ChunkForm::kArray: {
      const uint32_t before = CountUpTo(chunk.bytes, chunk.count, 2, place);
      return before > 0 && ReadU16(chunk.bytes + size_t{before - 1} * 2) == place;
    }
    case ChunkForm::kRuns: {
      const uint32_t before = CountUpTo(chunk.bytes, chunk.count, 4, place);
      if (before == 0) return false;
      const uint8_t* run = chunk.bytes + size_t{before - 1} * 4;
      return place - ReadU16(run) <= ReadU16(run + 2);
    }
  }
  return false;
}

absl::StatusOr<bool> ProbeFragment(const ResolvedRow& row, uint32_t index, uint32_t local) {
  const ResolvedRow::Fragment& fragment = row.fragments[index];
  absl::StatusOr<bool> there = ProbeRecord(fragment.image, local);
  for (uint32_t i = 0; i < fragment.flip_count && there.ok(); ++i) {
    absl::StatusOr<bool> flipped = ProbeRecord(row.flips[fragment.first_flip + i], local);
    RETURN_IF_ERROR(flipped.status());
    *there = *there != *flipped;
  }
  return there;
}

}  // namespace muster::index
