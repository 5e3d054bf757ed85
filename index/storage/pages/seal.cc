#include "index/storage/pages/seal.h"

#include <array>
#include <cstdint>
#include <cstring>

#include "index/storage/pages/page_meter.h"
#include "index/storage/pages/sum.h"

namespace muster::index {
namespace {

// What a database's keys are summed with: its stored name, not its place in our list.
uint64_t SeedOf(DatabaseId database) {
  static const std::array<uint64_t, kDatabaseCount> seeds = [] {
    std::array<uint64_t, kDatabaseCount> made{};
    for (const DatabaseSpec& spec : AllDatabases()) made[static_cast<size_t>(spec.id)] = SumOf(spec.name, 0);
    return made;
  }();
  return seeds[static_cast<size_t>(database)];
}

uint64_t KeySum(DatabaseId database, std::string_view key) { return SumOf(key, SeedOf(database)); }

// Little-endian, whatever the machine.
template <typename Sum>
void PutSum(Sum sum, char* to) {
  for (size_t i = 0; i < sizeof(Sum); ++i) to[i] = static_cast<char>(sum >> (8 * i));
}

template <typename Sum>
Sum TakeSum(const char* from) {
  Sum sum = 0;
  for (size_t i = 0; i < sizeof(Sum); ++i) sum |= Sum{static_cast<uint8_t>(from[i])} << (8 * i);
  return sum;
}

}  // namespace

size_t SealBytesOf(size_t key_bytes, size_t value_bytes) {
  return OverflowPagesOf(key_bytes, value_bytes + kLeafSealBytes) == 0 ? kLeafSealBytes : kLargeSealBytes;
}

size_t StoredSealBytesOf(size_t key_bytes, size_t stored_bytes) {
  return OverflowPagesOf(key_bytes, stored_bytes) == 0 ? kLeafSealBytes : kLargeSealBytes;
}

void WriteSeal(DatabaseId database, std::string_view key, std::string_view value, char* to) {
  const uint64_t key_sum = KeySum(database, key);
  const uint64_t value_sum = SumOf(value, key_sum);
  if (SealBytesOf(key.size(), value.size()) == kLeafSealBytes)
    return PutSum(static_cast<uint32_t>(value_sum), to);
  PutSum(key_sum, to);
  PutSum(value_sum, to + sizeof(key_sum));
}

bool SealHolds(DatabaseId database, std::string_view key, std::string_view stored) {
  if (StoredSealBytesOf(key.size(), stored.size()) == kLargeSealBytes)
    return SealNames(database, key, stored) && LargeValueHolds(stored);
  return stored.size() >= kLeafSealBytes &&
         TakeSum<uint32_t>(stored.data()) ==
             static_cast<uint32_t>(SumOf(stored.substr(kLeafSealBytes), KeySum(database, key)));
}

bool SealNames(DatabaseId database, std::string_view key, std::string_view stored) {
  return stored.size() >= kLargeSealBytes && TakeSum<uint64_t>(stored.data()) == KeySum(database, key);
}

bool LargeValueHolds(std::string_view stored) {
  const auto key_sum = TakeSum<uint64_t>(stored.data());
  return TakeSum<uint64_t>(stored.data() + sizeof(key_sum)) == SumOf(stored.substr(kLargeSealBytes), key_sum);
}

}  // namespace muster::index
