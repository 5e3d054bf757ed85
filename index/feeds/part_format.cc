#include "index/feeds/part_format.h"

#include <zstd.h>

#include <utility>

#include "index/storage/pages/keys.h"
#include "xxhash.h"

namespace muster::index {
namespace {

constexpr std::string_view kMagic = "MUSTPART";
constexpr int kCompressionLevel = 1;
constexpr size_t kNameBytesMax = 200;
constexpr size_t kSummedHeadBytes = 20;  // of a frame

uint64_t SumOfHead(std::string_view magic, std::string_view rest) {
  return XXH3_64bits_withSeed(rest.data(), rest.size(), XXH3_64bits(magic.data(), magic.size()));
}

std::string SummedHead(const FrameHead& head) {
  std::string bytes;
  AppendU32(bytes, head.stored);
  AppendU32(bytes, head.bytes);
  AppendU64(bytes, head.number);
  AppendU32(bytes, head.records);
  return bytes;
}

uint64_t SumOfFrame(std::string_view head, std::string_view stored) {
  return XXH3_64bits_withSeed(stored.data(), stored.size(), XXH3_64bits(head.data(), head.size()));
}

}  // namespace

size_t HeadBytes(const PartKey& key) { return kMagic.size() + kMarkBytes + 8 + key.name.size() + 8; }

std::string HeadOf(const PartKey& key) {
  std::string rest;
  AppendU32(rest, key.attempt);
  AppendU32(rest, static_cast<uint32_t>(key.name.size()));
  rest += key.name;
  std::string head(kMagic);
  head += MarkOf({.bytes = HeadBytes(key)});
  head += rest;
  AppendU64(head, SumOfHead(kMagic, rest));
  return head;
}

std::optional<PartKey> ReadHead(std::string_view head) {
  constexpr size_t kRest = kMarkAt + kMarkBytes;
  if (head.size() < kRest + 16 || head.substr(0, kMagic.size()) != kMagic) return std::nullopt;
  const size_t name = ReadU32(head.data() + kRest + 4);
  if (name > kNameBytesMax || head.size() < kRest + 16 + name) return std::nullopt;
  const std::string_view rest = head.substr(kRest, 8 + name);
  if (ReadU64(rest.data() + rest.size()) != SumOfHead(kMagic, rest)) return std::nullopt;
  return PartKey{std::string(rest.substr(8)), ReadU32(rest.data())};
}

std::string MarkOf(const PartExtent& durable) {
  std::string mark;
  AppendU64(mark, durable.bytes);
  AppendU64(mark, durable.batches);
  AppendU64(mark, durable.records);
  AppendU64(mark, XXH3_64bits(mark.data(), mark.size()));
  return mark;
}

std::optional<PartExtent> ReadMark(std::string_view mark) {
  if (mark.size() != kMarkBytes || ReadU64(mark.data() + 24) != XXH3_64bits(mark.data(), 24))
    return std::nullopt;
  return PartExtent{ReadU64(mark.data()), ReadU64(mark.data() + 8), ReadU64(mark.data() + 16)};
}

std::string FrameHeadOf(uint64_t number, uint32_t records, std::string_view stored, size_t bytes) {
  std::string head =
      SummedHead({static_cast<uint32_t>(stored.size()), static_cast<uint32_t>(bytes), number, records});
  AppendU64(head, SumOfFrame(head, stored));
  return head;
}

FrameHead ReadFrameHead(const char* head) {
  return {ReadU32(head), ReadU32(head + 4), ReadU64(head + 8), ReadU32(head + 16),
          ReadU64(head + kSummedHeadBytes)};
}

bool IsWhole(const FrameHead& head, std::string_view stored) {
  return HasPossibleSizes(head) && stored.size() == head.stored &&
         head.sum == SumOfFrame(SummedHead(head), stored);
}

bool HasPossibleSizes(const FrameHead& head) {
  return head.bytes <= kFedBatchBytesMax && head.stored <= head.bytes;
}

std::string_view Compressed(std::string_view batch, std::string& buffer) {
  buffer.resize(ZSTD_compressBound(batch.size()));
  const size_t size =
      ZSTD_compress(buffer.data(), buffer.size(), batch.data(), batch.size(), kCompressionLevel);
  if (ZSTD_isError(size) || size >= batch.size()) return batch;
  return std::string_view(buffer).substr(0, size);
}

std::optional<std::string> Decompressed(const FrameHead& head, std::string stored) {
  if (head.stored == head.bytes) return stored;
  std::string batch(head.bytes, '\0');
  const size_t size = ZSTD_decompress(batch.data(), batch.size(), stored.data(), stored.size());
  if (ZSTD_isError(size) || size != batch.size()) return std::nullopt;
  return batch;
}

}  // namespace muster::index
