#include "index/dictionary/pending_ids.h"

#include <cstring>

#include "index/dictionary/id_hash.h"
#include "text/limits.h"

namespace muster::index {
namespace {

constexpr int kTextBlockBits = 18;
constexpr size_t kTextBlockBytes = size_t{1} << kTextBlockBits;
constexpr int kIdSizeBits = 9;
static_assert(kMemberIdBytesMax < size_t{1} << kIdSizeBits);
constexpr size_t kFirstSlots = 64;

}  // namespace

std::string_view PendingIds::id(size_t index) const {
  const uint64_t offset = places_[index] >> kIdSizeBits;
  return {blocks_[static_cast<size_t>(offset >> kTextBlockBits)].get() + (offset & (kTextBlockBytes - 1)),
          static_cast<size_t>(places_[index] & ((uint64_t{1} << kIdSizeBits) - 1))};
}

std::optional<Ordinal> PendingIds::Find(std::string_view id, uint64_t hash) const {
  if (slots_.empty()) return std::nullopt;
  const uint32_t wanted = OtherHash(hash);
  for (size_t at = SlotOf(wanted);; at = (at + 1) & (slots_.size() - 1)) {
    const uint64_t slot = slots_[at];
    if (slot == 0) return std::nullopt;
    if (static_cast<uint32_t>(slot >> 32) != wanted) continue;
    const size_t index = static_cast<uint32_t>(slot) - 1;
    if (this->id(index) == id) return first_ + index;
  }
}

void PendingIds::Prefetch(uint64_t hash) const {
  if (!slots_.empty()) __builtin_prefetch(&slots_[SlotOf(OtherHash(hash))]);
}

Ordinal PendingIds::Add(std::string_view id, uint64_t hash) {
  if ((places_.size() + 1) * 4 > slots_.size() * 3) Grow();
  if (blocks_.empty() || kTextBlockBytes - used_ < id.size()) {
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(kTextBlockBytes));
    used_ = 0;
  }
  std::memcpy(blocks_.back().get() + used_, id.data(), id.size());
  const uint64_t offset = ((blocks_.size() - 1) << kTextBlockBits) + used_;
  used_ += id.size();
  text_bytes_ += id.size();
  places_.push_back(offset << kIdSizeBits | id.size());
  size_t at = SlotOf(OtherHash(hash));
  while (slots_[at] != 0) at = (at + 1) & (slots_.size() - 1);
  slots_[at] = uint64_t{OtherHash(hash)} << 32 | places_.size();
  return first_ + places_.size() - 1;
}

void PendingIds::Grow() {
  std::vector<uint64_t> old(slots_.empty() ? kFirstSlots : slots_.size() * 2, 0);
  old.swap(slots_);
  shift_ = 32;
  for (size_t slots = slots_.size(); slots > 1; slots /= 2) --shift_;
  for (const uint64_t slot : old) {
    if (slot == 0) continue;
    size_t at = SlotOf(static_cast<uint32_t>(slot >> 32));
    while (slots_[at] != 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = slot;
  }
}

uint64_t PendingIds::ByteSize() const {
  const uint64_t full = blocks_.empty() ? 0 : blocks_.size() - 1;
  return full * kTextBlockBytes + used_ + (places_.capacity() + slots_.capacity()) * sizeof(uint64_t);
}

}  // namespace muster::index
