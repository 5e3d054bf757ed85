#include "server/answers/members/ordinal_bitmap.h"

#include <algorithm>

namespace muster::server {
namespace {

// RoaringFormatSpec: a bitmap without runs, and the greatest count of an array container.
constexpr uint32_t kNoRunsCookie = 12'346;
constexpr uint32_t kMostOfArray = 4'096;

void AppendLittle(std::string& bytes, uint32_t number, size_t size) {
  for (size_t i = 0; i < size; ++i) bytes.push_back(static_cast<char>(number >> (8 * i) & 0xff));
}

uint32_t ContainerBytes(uint32_t count) {
  return count <= kMostOfArray ? count * uint32_t{sizeof(uint16_t)} : index::kChunkBytes;
}

uint16_t ChunkOf(index::Ordinal ordinal) { return static_cast<uint16_t>(ordinal >> index::kChunkBits); }

}  // namespace

void OrdinalBitmap::Count(absl::Span<const index::Ordinal> ordinals) {
  chunks_.push_back({ChunkOf(ordinals.front()), static_cast<uint32_t>(ordinals.size())});
  count_ += ordinals.size();
}

void OrdinalBitmap::Limit(uint64_t most) {
  uint64_t left = most;
  size_t kept = 0;
  for (; kept < chunks_.size() && left > 0; ++kept) {
    chunks_[kept].count = static_cast<uint32_t>(std::min<uint64_t>(chunks_[kept].count, left));
    left -= chunks_[kept].count;
  }
  chunks_.resize(kept);
  count_ = std::min(count_, most);
}

absl::Status OrdinalBitmap::Differs() {
  return absl::DataLossError("A second reading of the members differs from the first: ask again.");
}

std::string OrdinalBitmap::Head() const {
  constexpr uint32_t kHeadBytes = 8;
  constexpr uint32_t kBytesOfChunk = 8;
  std::string head;
  AppendLittle(head, kNoRunsCookie, 4);
  AppendLittle(head, static_cast<uint32_t>(chunks_.size()), 4);
  for (const Chunk& chunk : chunks_) {
    AppendLittle(head, chunk.number, 2);
    AppendLittle(head, chunk.count - 1, 2);
  }
  uint32_t place = kHeadBytes + kBytesOfChunk * static_cast<uint32_t>(chunks_.size());
  for (const Chunk& chunk : chunks_) {
    AppendLittle(head, place, 4);
    place += ContainerBytes(chunk.count);
  }
  return head;
}

absl::Status OrdinalBitmap::AppendContainer(absl::Span<const index::Ordinal> ordinals, std::string& bytes) {
  if (done() || ChunkOf(ordinals.front()) != chunks_[appended_].number ||
      ordinals.size() < chunks_[appended_].count)
    return Differs();
  const absl::Span<const index::Ordinal> counted = ordinals.first(chunks_[appended_++].count);
  const auto place = [](index::Ordinal ordinal) {
    return static_cast<uint32_t>(ordinal & (index::kChunkOrdinals - 1));
  };
  const size_t begin = bytes.size();
  bytes.resize(begin + ContainerBytes(static_cast<uint32_t>(counted.size())));
  char* const container = bytes.data() + begin;
  if (counted.size() > kMostOfArray) {
    for (const index::Ordinal ordinal : counted)
      container[place(ordinal) / 8] |= static_cast<char>(1 << (ordinal % 8));
    return absl::OkStatus();
  }
  for (size_t i = 0; i < counted.size(); ++i) {
    container[2 * i] = static_cast<char>(place(counted[i]) & 0xff);
    container[2 * i + 1] = static_cast<char>(place(counted[i]) >> 8);
  }
  return absl::OkStatus();
}

}  // namespace muster::server
