// Encodes, decodes and finds stored salts (index/FORMAT.md).
#ifndef MUSTER_INDEX_SALTS_SALT_RECORD_H_
#define MUSTER_INDEX_SALTS_SALT_RECORD_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "index/salts/salt.h"
#include "index/storage/transaction.h"

namespace muster::index {

// Encodes a record of the database `salts`, whose key is the salt.
std::string EncodeSalt(const Salt& salt);
// DATA_LOSS, kStorageCorrupt, if the key or the bytes are no valid record.
absl::StatusOr<Salt> DecodeSalt(std::string_view key, std::string_view bytes);

// A salt in normal form C; empty if its buckets are not stored.
absl::StatusOr<std::optional<Salt>> FindSalt(const Transaction& transaction, std::string_view salt);
// All of them, by salt.
absl::StatusOr<std::vector<Salt>> ReadSalts(const Transaction& transaction);

}  // namespace muster::index

#endif  // MUSTER_INDEX_SALTS_SALT_RECORD_H_
