#include "index/salts/salt_record.h"

#include <utility>

#include "index/catalog/records.pb.h"
#include "index/status/status_macros.h"
#include "index/storage/pages/corrupt.h"
#include "text/quoted.h"
#include "text/sentence.h"

namespace muster::index {

std::string EncodeSalt(const Salt& salt) {
  records::SaltRecord record;
  record.set_source(salt.source);
  record.set_store(salt.store);
  record.set_covered(salt.covered);
  return record.SerializeAsString();
}

absl::StatusOr<Salt> DecodeSalt(std::string_view key, std::string_view bytes) {
  records::SaltRecord record;
  const bool sound = !key.empty() && record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) &&
                     record.source() != kEveryoneTag && record.store() != 0;
  if (!sound) return Corrupt("salts", Sentence("the salt ", Quoted(key), " can't be read"));
  return Salt{.salt = std::string(key),
              .source = record.source(),
              .store = record.store(),
              .covered = record.covered()};
}

absl::StatusOr<std::optional<Salt>> FindSalt(const Transaction& transaction, std::string_view salt) {
  if (salt.empty() || salt.size() > kMaxKeyBytes) return std::nullopt;
  ASSIGN_OR_RETURN(const std::optional<std::string_view> stored, transaction.Get(DatabaseId::kSalts, salt));
  if (!stored.has_value()) return std::nullopt;
  ASSIGN_OR_RETURN(Salt found, DecodeSalt(salt, *stored));
  return found;
}

absl::StatusOr<std::vector<Salt>> ReadSalts(const Transaction& transaction) {
  std::vector<Salt> salts;
  ASSIGN_OR_RETURN(Cursor cursor, transaction.NewCursor(DatabaseId::kSalts));
  for (cursor.First(); cursor.valid(); cursor.Next()) {
    ASSIGN_OR_RETURN(Salt salt, DecodeSalt(cursor.key(), cursor.value()));
    salts.push_back(std::move(salt));
  }
  RETURN_IF_ERROR(cursor.status());
  return salts;
}

}  // namespace muster::index
