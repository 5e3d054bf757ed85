#include "index/storage/seal.h"

#include <xxhash.h>
#if defined(__x86_64__)
#include <xxh_x86dispatch.h>  // chooses the fastest form for the processor: a seal of 32 KiB takes 1 to 2 µs
#endif

#include <array>
#include <cstdint>
#include <cstring>

#include "index/storage/page_meter.h"

namespace muster::index {
namespace {

// What a database's keys are summed with: its stored name, not its place in our list.
uint64_t SeedOf(DatabaseId database) {
  static const std::array<uint64_t, kDatabaseCount> seeds = [] {
    std::array<uint64_t, kDatabaseCount> made{};
    for (const DatabaseSpec& spec : AllDatabases())
      made[static_cast<size_t>(spec.id)] = XXH3_64bits(spec.name, std::strlen(spec.name));
    return made;
  }();
  return seeds[static_cast<size_t>(database)];
}

uint64_t KeySum(DatabaseId database, std::string_view key) {
  return XXH3_64bits_withSeed(key.data(), key.size(), SeedOf(database));
}

uint32_t ValueSum(uint64_t key_sum, std::string_view value) {
  return static_cast<uint32_t>(XXH3_64bits_withSeed(value.data(), value.size(), key_sum));
}

// Little-endian, whatever the machine.
void PutSum(uint32_t sum, char* to) {
  for (int i = 0; i < 4; ++i) to[i] = static_cast<char>(sum >> (8 * i));
}

uint32_t TakeSum(const char* from) {
  uint32_t sum = 0;
  for (int i = 0; i < 4; ++i) sum |= uint32_t{static_cast<uint8_t>(from[i])} << (8 * i);
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
  if (SealBytesOf(key.size(), value.size()) == kLargeSealBytes) {
    PutSum(static_cast<uint32_t>(key_sum), to);
    to += sizeof(uint32_t);
  }
  PutSum(ValueSum(key_sum, value), to);
}

bool SealHolds(DatabaseId database, std::string_view key, std::string_view stored) {
  const size_t seal_bytes = StoredSealBytesOf(key.size(), stored.size());
  if (stored.size() < seal_bytes) return false;
  const uint64_t key_sum = KeySum(database, key);
  if (seal_bytes == kLargeSealBytes && TakeSum(stored.data()) != static_cast<uint32_t>(key_sum)) return false;
  return TakeSum(stored.data() + seal_bytes - sizeof(uint32_t)) ==
         ValueSum(key_sum, stored.substr(seal_bytes));
}

bool SealNames(DatabaseId database, std::string_view key, std::string_view stored) {
  return stored.size() >= kLargeSealBytes &&
         TakeSum(stored.data()) == static_cast<uint32_t>(KeySum(database, key));
}

}  // namespace muster::index
