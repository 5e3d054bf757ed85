#include "index/salts/salt_store.h"

#include <algorithm>
#include <utility>

#include "index/dictionary/stored_ids.h"
#include "index/salts/salt_record.h"
#include "index/salts/salt_uses.h"
#include "index/status/status_macros.h"
#include "index/versions/publishing/lone_store.h"

namespace muster::index {

absl::Status SaltStore::ChangeUses(WriteTransaction& transaction, std::string_view user,
                                   const std::vector<std::string>& before,
                                   const std::vector<std::string>& after) {
  if (before == after) return absl::OkStatus();
  ASSIGN_OR_RETURN(std::vector<Salt> dropped, ChangeSaltUses(transaction, user, before, after));
  transaction.OnCommit([this, dropped = std::move(dropped)] {
    for (const Salt& salt : dropped) versions_.SweepDropped(salt.source, salt.store);
    builder_.Notify();
  });
  return absl::OkStatus();
}

// A salt's record is removed before its leases are looked at. So a salt whose record still exists after it
// was leased stays readable.
absl::StatusOr<std::optional<HeldSalt>> SaltStore::Hold(std::string_view salt) const {
  HeldSalt held;
  while (true) {
    ASSIGN_OR_RETURN(const ReadTransaction view, versions_.environment().BeginRead());
    ASSIGN_OR_RETURN(std::optional<Salt> found, FindSalt(view, salt));
    if (!found.has_value() || found->covered == 0) return std::nullopt;
    if (held.lease != nullptr && found->source == held.salt.source) return held;
    ASSIGN_OR_RETURN(const StoredIds needed, ReadNeededIds(view));
    held.salt = *std::move(found);
    held.missing = needed.end - std::min(needed.end, held.salt.covered);
    held.lease = std::make_shared<const LeaseTable::Lease>(versions_.leases(),
                                                           VersionVector{{held.salt.source, kLoneVersion}});
  }
}

absl::StatusOr<std::vector<StoredSalt>> SaltStore::List() const {
  ASSIGN_OR_RETURN(const ReadTransaction view, versions_.environment().BeginRead());
  ASSIGN_OR_RETURN(const StoredIds needed, ReadNeededIds(view));
  ASSIGN_OR_RETURN(std::vector<Salt> salts, ReadSalts(view));
  std::vector<StoredSalt> stored;
  for (Salt& salt : salts) {
    const uint64_t missing = needed.end - std::min(needed.end, salt.covered);
    const bool is_building = SaltBuilder::IsBehind(salt, needed.end);
    stored.push_back({std::move(salt), missing, is_building});
  }
  return stored;
}

}  // namespace muster::index
