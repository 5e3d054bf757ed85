// The hash by which a member id is found.
#ifndef MUSTER_INDEX_DICTIONARY_ID_HASH_H_
#define MUSTER_INDEX_DICTIONARY_ID_HASH_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "index/storage/transaction.h"

namespace muster::index {

// In `member_counters`: the seed. DO NOT CHANGE.
inline constexpr std::string_view kHashSeed = "hash";

// XXH3-64 of the id, with a random seed for each population that never leaves the server, so that nobody can choose
// ids of one hash. Equal hashes cost time and nothing else: every id that is found by its hash is compared. A plain
// value.
struct IdHash {
  uint64_t seed = 0;
  uint64_t mask = ~uint64_t{0};  // fewer bits, for tests of equal hashes

  uint64_t Of(std::string_view id) const;
  std::vector<uint64_t> OfAll(absl::Span<const std::string_view> ids) const;
};

// That of stored ids; nothing while none was ever stored. DATA_LOSS.
absl::StatusOr<std::optional<IdHash>> ReadIdHash(const Transaction& transaction);
// Keeps it. Runs in the transaction that stores the first ids.
absl::Status WriteIdHash(WriteTransaction& transaction, const IdHash& hash);

// The part of a hash that is stored, and by which ordinals are ordered.
inline uint32_t StoredHash(uint64_t hash) { return static_cast<uint32_t>(hash >> 32); }
// The other part, which orders ids in memory.
inline uint32_t OtherHash(uint64_t hash) { return static_cast<uint32_t>(hash); }

}  // namespace muster::index

#endif  // MUSTER_INDEX_DICTIONARY_ID_HASH_H_
