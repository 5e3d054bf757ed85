#include "index/versions/snapshots/chunk_probe.h"

#include "index/bitmap/geometry.h"
#include "index/status/status_macros.h"
#include "index/versions/records/version_record.h"

namespace muster::index {
namespace {

uint32_t ReadU16(const uint8_t* from) { return from[0] | static_cast<uint32_t>(from[1]) << 8; }

// The entry at which `place` would be if `count` entries lay evenly in a chunk; below `count`.
uint32_t LikelyEntry(uint32_t count, uint32_t place) { return count * place >> kChunkBits; }

// How many of `count` ascending entries of `stride` bytes begin with a number ≤ place. Members mostly lie evenly, so
// the search begins where the place is likely, and reads a line or two there, where halving would read one a step.
uint32_t CountUpTo(const uint8_t* bytes, uint32_t count, uint32_t stride, uint32_t place) {
  const auto is_up_to = [&](uint32_t entry) { return ReadU16(bytes + size_t{entry} * stride) <= place; };
  constexpr uint32_t kFirstStep = 8;
  uint32_t low = 0, high = count;  // entries before `low` are up to the place, those from `high` on are not
  if (count > kFirstStep) {
    const uint32_t likely = LikelyEntry(count, place);
    const bool ahead = is_up_to(likely);
    (ahead ? low : high) = ahead ? likely + 1 : likely;
    for (uint32_t step = kFirstStep; high - low > step; step *= 2) {
      const uint32_t next = ahead ? low + step : high - step;
      const bool up_to = is_up_to(next);
      (up_to ? low : high) = up_to ? next + 1 : next;
      if (up_to != ahead) break;
    }
  }
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    if (is_up_to(middle)) {
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

void PrefetchForProbe(const ChunkView& chunk, uint32_t place) {
  size_t offset = 0;
  if (chunk.form == ChunkForm::kBitset) offset = place / 8;
  if (chunk.form == ChunkForm::kArray) offset = size_t{LikelyEntry(chunk.count, place)} * 2;
  if (chunk.form == ChunkForm::kRuns) offset = size_t{LikelyEntry(chunk.count, place)} * 4;
  if (chunk.bytes != nullptr) __builtin_prefetch(chunk.bytes + offset);
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
