#include "index/salts/salt_uses.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "index/catalog/users.h"
#include "index/salts/salt_record.h"
#include "index/status/status_macros.h"
#include "index/storage/counters.h"
#include "index/storage/pages/corrupt.h"
#include "index/versions/publishing/growing_store.h"
#include "index/versions/publishing/lone_store.h"

namespace muster::index {
namespace {

// Makes a record for the salt if there is a place and it has none.
absl::Status GivePlace(WriteTransaction& transaction, const std::string& name) {
  ASSIGN_OR_RETURN(const uint64_t count, transaction.CountItems(DatabaseId::kSalts));
  ASSIGN_OR_RETURN(const std::optional<Salt> known, FindSalt(transaction, name));
  if (known.has_value() || count >= kSaltsPerPopulationMax) return absl::OkStatus();
  Salt salt{.salt = name};
  ASSIGN_OR_RETURN(salt.source, NextId(transaction, kTagCounter));
  ASSIGN_OR_RETURN(salt.store, CreateGrowingStore(transaction, salt.source));
  return transaction.Put(DatabaseId::kSalts, name, EncodeSalt(salt));
}

// The record of a salt that no segment names any more, which is removed; empty if there is none.
absl::StatusOr<std::optional<Salt>> TakePlace(WriteTransaction& transaction, const std::string& name) {
  ASSIGN_OR_RETURN(const std::vector<std::string> users,
                   UsersOf(transaction, DatabaseId::kSaltUsers, name, 1));
  if (!users.empty()) return std::nullopt;
  ASSIGN_OR_RETURN(std::optional<Salt> salt, FindSalt(transaction, name));
  if (!salt.has_value()) return std::nullopt;
  RETURN_IF_ERROR(DropLoneStore(transaction, salt->store));
  RETURN_IF_ERROR(transaction.Delete(DatabaseId::kSalts, name).status());
  return salt;
}

// The first salt after `last` that segments name; empty if there is none.
absl::StatusOr<std::string> NextNamed(const Transaction& transaction, const std::string& last) {
  ASSIGN_OR_RETURN(Cursor cursor, transaction.NewCursor(DatabaseId::kSaltUsers));
  std::string behind = last;
  if (!last.empty()) behind.push_back('\1');  // keys of `last` go on with a byte 0
  cursor.Seek(behind);
  RETURN_IF_ERROR(cursor.status());
  if (!cursor.valid()) return std::string();
  const size_t end = cursor.key().find('\0');
  if (end == 0 || end == std::string_view::npos) return Corrupt("users of salts");
  return std::string(cursor.key().substr(0, end));
}

// Passes over at most as many salts as have places before it finds one that has none.
absl::Status GiveFreePlaces(WriteTransaction& transaction) {
  std::string salt;
  while (true) {
    ASSIGN_OR_RETURN(const uint64_t count, transaction.CountItems(DatabaseId::kSalts));
    if (count >= kSaltsPerPopulationMax) return absl::OkStatus();
    ASSIGN_OR_RETURN(salt, NextNamed(transaction, salt));
    if (salt.empty()) return absl::OkStatus();
    RETURN_IF_ERROR(GivePlace(transaction, salt));
  }
}

}  // namespace

absl::StatusOr<std::vector<Salt>> ChangeSaltUses(WriteTransaction& transaction, std::string_view user,
                                                 const std::vector<std::string>& before,
                                                 const std::vector<std::string>& after) {
  std::vector<Salt> dropped;
  RETURN_IF_ERROR(WriteUses(transaction, DatabaseId::kSaltUsers, user, before, after));
  for (const std::string& salt : before) {
    if (std::binary_search(after.begin(), after.end(), salt)) continue;
    ASSIGN_OR_RETURN(std::optional<Salt> taken, TakePlace(transaction, salt));
    if (taken.has_value()) dropped.push_back(*std::move(taken));
  }
  for (const std::string& salt : after) RETURN_IF_ERROR(GivePlace(transaction, salt));
  if (!dropped.empty()) RETURN_IF_ERROR(GiveFreePlaces(transaction));
  return dropped;
}

}  // namespace muster::index
