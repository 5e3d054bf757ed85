#include "index/dictionary/member_id_block.h"

#include <xxhash.h>

#include <algorithm>
#include <utility>

#include "index/status/status_macros.h"
#include "index/storage/pages/corrupt.h"

namespace muster::index {
namespace {

constexpr uint8_t kBlockFormat = 1;
constexpr size_t kSumAt = 8;
constexpr size_t kHeaderBytes = kSumAt + sizeof(uint64_t);

// The number's low 16 bits.
void AppendU16(std::string& to, size_t number) {
  to.push_back(static_cast<char>(number & 0xff));
  to.push_back(static_cast<char>(number >> 8 & 0xff));
}

size_t ReadU16(std::string_view from, size_t at) {
  return static_cast<uint8_t>(from[at]) | static_cast<size_t>(static_cast<uint8_t>(from[at + 1])) << 8;
}

void AppendVarint(std::string& to, size_t number) {
  for (; number >= 0x80; number >>= 7) to.push_back(static_cast<char>(number | 0x80));
  to.push_back(static_cast<char>(number));
}

bool TakeVarint(std::string_view bytes, size_t& at, size_t& number) {
  number = 0;
  for (int shift = 0; shift < 21 && at < bytes.size(); shift += 7) {
    const uint8_t byte = static_cast<uint8_t>(bytes[at++]);
    number |= static_cast<size_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

uint32_t Checksum(std::string_view head, std::string_view rest) {
  const uint64_t seed = ReadU16(head, 0) | ReadU16(head, 2) << 16;
  return static_cast<uint32_t>(XXH3_64bits_withSeed(rest.data(), rest.size(), seed));
}

size_t SharedBytes(std::string_view a, std::string_view b) {
  return static_cast<size_t>(
      std::mismatch(a.begin(), a.begin() + static_cast<ptrdiff_t>(std::min(a.size(), b.size())), b.begin())
          .first -
      a.begin());
}

}  // namespace

uint64_t SumWithId(uint64_t sum_before, std::string_view id) {
  return XXH3_64bits_withSeed(id.data(), id.size(), sum_before);
}

bool MemberIdBlockBuilder::Add(std::string_view id) {
  const bool restart = count_ % kIdsPerRestart == 0;
  const size_t shared = restart ? 0 : SharedBytes(id, previous_);
  constexpr size_t kLengthBytes = 4;  // two varints of at most two bytes
  const size_t size =
      kHeaderBytes + entries_.size() + kLengthBytes + id.size() - shared + 2 * (restarts_.size() + 1);
  if (size > kIdBlockBytesMax) return false;
  if (restart) restarts_.push_back(static_cast<uint16_t>(entries_.size()));
  AppendVarint(entries_, shared);
  AppendVarint(entries_, id.size() - shared);
  entries_.append(id.substr(shared));
  previous_.assign(id);
  sum_ = SumWithId(sum_, id);
  ++count_;
  return true;
}

std::string MemberIdBlockBuilder::Finish() {
  std::string rest;
  for (size_t at = 0; at < sizeof(uint64_t); at += 2) AppendU16(rest, sum_before_ >> (8 * at));
  rest += entries_;
  for (const uint16_t restart : restarts_) AppendU16(rest, restart);
  std::string block;
  block.push_back(static_cast<char>(kBlockFormat));
  block.push_back('\0');
  AppendU16(block, count_);
  const uint32_t checksum = Checksum(block, rest);
  AppendU16(block, checksum & 0xffff);
  AppendU16(block, checksum >> 16);
  block += rest;
  *this = MemberIdBlockBuilder(sum_);
  return block;
}

absl::StatusOr<MemberIdBlock> MemberIdBlock::Parse(std::string_view bytes) {
  if (bytes.size() < kHeaderBytes || bytes.size() > kIdBlockBytesMax)
    return Corrupt("block of member ids", "its size is impossible");
  if (bytes[0] != static_cast<char>(kBlockFormat) || bytes[1] != '\0')
    return Corrupt("block of member ids", "its format is unknown");
  const size_t count = ReadU16(bytes, 2);
  const uint32_t checksum = static_cast<uint32_t>(ReadU16(bytes, 4) | ReadU16(bytes, 6) << 16);
  if (checksum != Checksum(bytes.substr(0, 4), bytes.substr(kSumAt)))
    return Corrupt("block of member ids", "its checksum is wrong");
  uint64_t sum_before = 0;
  for (size_t at = 0; at < sizeof(uint64_t); at += 2)
    sum_before |= uint64_t{ReadU16(bytes, kSumAt + at)} << (8 * at);
  const std::string_view rest = bytes.substr(kHeaderBytes);
  const size_t restart_bytes = 2 * ((count + kIdsPerRestart - 1) / kIdsPerRestart);
  if (count == 0 || restart_bytes > rest.size())
    return Corrupt("block of member ids", "its count is impossible");
  return MemberIdBlock(rest.substr(0, rest.size() - restart_bytes), rest.substr(rest.size() - restart_bytes),
                       count, sum_before);
}

absl::StatusOr<uint64_t> MemberIdBlock::SumTo(size_t count) const {
  uint64_t sum = sum_before_;
  RETURN_IF_ERROR(Visit(0, count, [&sum](size_t, std::string_view id) { sum = SumWithId(sum, id); }));
  return sum;
}

absl::Status MemberIdBlock::Visit(size_t begin, size_t end,
                                  absl::FunctionRef<void(size_t, std::string_view)> visit) const {
  const size_t restart = begin / kIdsPerRestart;
  if (begin >= end) return absl::OkStatus();
  size_t at = ReadU16(restarts_, 2 * restart);
  std::string id;
  for (size_t index = restart * kIdsPerRestart; index < end; ++index) {
    size_t shared = 0, added = 0;
    if (!TakeVarint(entries_, at, shared) || !TakeVarint(entries_, at, added) || shared > id.size() ||
        added > entries_.size() - at) {
      return Corrupt("block of member ids", "an id leaves it");
    }
    id.resize(shared);
    id.append(entries_.substr(at, added));
    at += added;
    if (index >= begin) visit(index, id);
  }
  return absl::OkStatus();
}

}  // namespace muster::index
