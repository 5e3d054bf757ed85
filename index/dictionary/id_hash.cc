#include "index/dictionary/id_hash.h"

#include <xxhash.h>

#include <algorithm>

#include "index/status/status_macros.h"
#include "index/storage/pages/corrupt.h"
#include "index/storage/pages/keys.h"

namespace muster::index {

uint64_t IdHash::Of(std::string_view id) const {
  return XXH3_64bits_withSeed(id.data(), id.size(), seed) & mask;
}

std::vector<uint64_t> IdHash::OfAll(absl::Span<const std::string_view> ids) const {
  std::vector<uint64_t> hashes(ids.size());
  std::transform(ids.begin(), ids.end(), hashes.begin(), [this](std::string_view id) { return Of(id); });
  return hashes;
}

absl::StatusOr<std::optional<IdHash>> ReadIdHash(const Transaction& transaction) {
  ASSIGN_OR_RETURN(const std::optional<std::string_view> value,
                   transaction.Get(DatabaseId::kMemberCounters, kHashSeed));
  if (!value) return std::nullopt;
  if (value->size() != sizeof(uint64_t))
    return Corrupt("dictionary of member ids", "the seed of its hash has the wrong size");
  return IdHash{.seed = ReadU64(value->data())};
}

absl::Status WriteIdHash(WriteTransaction& transaction, const IdHash& hash) {
  return transaction.Put(DatabaseId::kMemberCounters, kHashSeed, MakeKey64(hash.seed));
}

}  // namespace muster::index
