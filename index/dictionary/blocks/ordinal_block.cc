#include "index/dictionary/blocks/ordinal_block.h"

#include <algorithm>

#include "index/bitmap/little_endian.h"
#include "index/dictionary/blocks/packed_numbers.h"
#include "index/status/status_macros.h"
#include "index/storage/pages/corrupt.h"

namespace muster::index {
namespace {

constexpr char kOrdinalBlockFormat = 1;
constexpr size_t kOrdinalHeaderBytes = 8;
constexpr size_t kEntriesOfABucket = 8;
constexpr uint32_t kLowBitsMax = 32;

size_t LoadU16(std::string_view bytes, size_t at) {
  return LoadLittle<uint16_t>(reinterpret_cast<const uint8_t*>(bytes.data()) + at);
}

void AppendLittleU16(std::string& to, size_t number) {
  uint8_t bytes[2];
  StoreLittle(bytes, static_cast<uint16_t>(number));
  to.append(reinterpret_cast<const char*>(bytes), sizeof(bytes));
}

// The fewest low bits with which there are no more buckets than one for each eight entries.
uint32_t LowBitsFor(size_t count, uint32_t range) {
  const uint64_t most = (count + kEntriesOfABucket - 1) / kEntriesOfABucket;
  uint32_t bits = 0;
  while ((uint64_t{range} >> bits) >= most) ++bits;
  return bits;
}

size_t BucketsFor(uint32_t range, uint32_t low_bits) {
  return static_cast<size_t>((uint64_t{range} >> low_bits) + 1);
}

size_t BytesOfParts(size_t count, size_t buckets, uint32_t low_bits, uint32_t ordinal_bits) {
  return kOrdinalHeaderBytes + buckets * sizeof(uint16_t) + PackedBytes(count, low_bits + ordinal_bits);
}

}  // namespace

Key<12> OrdinalBlockKey(const HashedOrdinal& first) {
  Key<12> key;
  WriteU32(key.bytes.data(), first.hash);
  WriteU64(key.bytes.data() + sizeof(uint32_t), first.ordinal);
  return key;
}

absl::StatusOr<HashedOrdinal> EntryOfKey(std::string_view key) {
  if (key.size() != sizeof(uint32_t) + sizeof(uint64_t))
    return DamagedOrdinalBlock("its key has the wrong size");
  return HashedOrdinal{ReadU32(key.data()), ReadU64(key.data() + sizeof(uint32_t))};
}

size_t OrdinalBlockBytes(size_t count, uint32_t range, uint32_t ordinal_bits) {
  const uint32_t low_bits = LowBitsFor(count, range);
  return BytesOfParts(count, BucketsFor(range, low_bits), low_bits, ordinal_bits);
}

std::string EncodeOrdinalBlock(absl::Span<const HashedOrdinal> entries) {
  const uint32_t first = entries.front().hash;
  const uint32_t range = entries.back().hash - first;
  const uint32_t low_bits = LowBitsFor(entries.size(), range);
  const size_t buckets = BucketsFor(range, low_bits);
  Ordinal most = 0;
  for (const HashedOrdinal& entry : entries) most = std::max(most, entry.ordinal);
  const uint32_t ordinal_bits = PackedBitsFor(most);
  std::string block;
  block.reserve(kOrdinalBlockBytesMax);
  block.push_back(kOrdinalBlockFormat);
  block.push_back(static_cast<char>(low_bits));
  block.push_back(static_cast<char>(ordinal_bits));
  block.push_back('\0');
  AppendLittleU16(block, entries.size());
  AppendLittleU16(block, buckets);
  size_t begun = 0;  // buckets
  for (size_t i = 0; i < entries.size(); ++i) {
    for (; begun <= uint64_t{entries[i].hash - first} >> low_bits; ++begun) AppendLittleU16(block, i);
  }
  PackedWriter packed(block);
  for (const HashedOrdinal& entry : entries) {
    packed.Add((entry.hash - first) & ((uint64_t{1} << low_bits) - 1), low_bits);
    packed.Add(entry.ordinal, ordinal_bits);
  }
  packed.Finish();
  return block;
}

absl::Status DamagedOrdinalBlock(std::string_view why) { return Corrupt("block of ordinals", why); }

absl::StatusOr<OrdinalBlock> OrdinalBlock::Parse(std::string_view key, std::string_view bytes) {
  ASSIGN_OR_RETURN(const HashedOrdinal first, EntryOfKey(key));
  if (bytes.size() < kOrdinalHeaderBytes || bytes.size() > kOrdinalBlockBytesMax)
    return DamagedOrdinalBlock("its size is impossible");
  if (bytes[0] != kOrdinalBlockFormat || bytes[3] != '\0')
    return DamagedOrdinalBlock("its format is unknown");
  OrdinalBlock block;
  block.first_ = first;
  block.low_bits_ = static_cast<uint8_t>(bytes[1]);
  block.ordinal_bits_ = static_cast<uint8_t>(bytes[2]);
  block.count_ = LoadU16(bytes, 4);
  block.buckets_ = LoadU16(bytes, 6);
  if (block.low_bits_ > kLowBitsMax || (block.ordinal_bits_ > kPackedBitsMax && block.ordinal_bits_ != 64) ||
      block.count_ == 0 || block.buckets_ == 0 ||
      bytes.size() != BytesOfParts(block.count_, block.buckets_, block.low_bits_, block.ordinal_bits_))
    return DamagedOrdinalBlock("its count is impossible");
  const size_t starts_bytes = block.buckets_ * sizeof(uint16_t);
  block.starts_ = bytes.substr(kOrdinalHeaderBytes, starts_bytes);
  block.entries_ = bytes.substr(kOrdinalHeaderBytes + starts_bytes);
  return block;
}

uint64_t OrdinalBlock::LowOf(size_t entry) const {
  return ReadPackedAt(entries_, entry * (low_bits_ + ordinal_bits_), low_bits_);
}

Ordinal OrdinalBlock::OrdinalOf(size_t entry) const {
  const size_t bit = entry * (low_bits_ + ordinal_bits_) + low_bits_;
  if (ordinal_bits_ <= kPackedBitsMax) return ReadPackedAt(entries_, bit, ordinal_bits_);
  constexpr uint32_t kHalf = 32;
  return ReadPackedAt(entries_, bit, kHalf) | ReadPackedAt(entries_, bit + kHalf, kHalf) << kHalf;
}

bool OrdinalBlock::BoundsOf(size_t bucket, size_t& begin, size_t& end) const {
  begin = LoadU16(starts_, bucket * sizeof(uint16_t));
  end = bucket + 1 < buckets_ ? LoadU16(starts_, (bucket + 1) * sizeof(uint16_t)) : count_;
  return begin <= end && end <= count_;
}

bool OrdinalBlock::Find(uint32_t hash, std::vector<Ordinal>& found) const {
  if (hash < first_.hash) return true;
  const uint64_t distance = hash - first_.hash;
  const uint64_t bucket = distance >> low_bits_;
  if (bucket >= buckets_) return true;
  const uint64_t low = distance & ((uint64_t{1} << low_bits_) - 1);
  size_t begin = 0, end = 0;
  if (!BoundsOf(static_cast<size_t>(bucket), begin, end)) return false;
  for (size_t i = begin; i < end; ++i) {
    if (LowOf(i) == low) found.push_back(OrdinalOf(i));
  }
  return true;
}

uint64_t OrdinalBlock::last_hash() const {
  return first_.hash + (uint64_t{buckets_ - 1} << low_bits_) + LowOf(count_ - 1);
}

absl::Status OrdinalBlock::Decode(std::vector<HashedOrdinal>& entries) const {
  if (last_hash() > UINT32_MAX) return DamagedOrdinalBlock("a hash leaves it");
  for (size_t bucket = 0, next = 0; bucket < buckets_; ++bucket) {
    size_t begin = 0, end = 0;
    if (!BoundsOf(bucket, begin, end) || begin != next)
      return DamagedOrdinalBlock("its buckets are not in order");
    const uint64_t base = first_.hash + (uint64_t{bucket} << low_bits_);
    for (; next < end; ++next) {
      entries.push_back({static_cast<uint32_t>(base + LowOf(next)), OrdinalOf(next)});
    }
  }
  return absl::OkStatus();
}

}  // namespace muster::index
