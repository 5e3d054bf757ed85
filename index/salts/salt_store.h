// The stored salts of one population.
#ifndef MUSTER_INDEX_SALTS_SALT_STORE_H_
#define MUSTER_INDEX_SALTS_SALT_STORE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "index/salts/salt.h"
#include "index/salts/salt_builder.h"
#include "index/versions/versions.h"

namespace muster::index {

// A salt that has a place, and how far its buckets are stored.
struct StoredSalt {
  Salt salt;
  uint64_t missing = 0;  // ids whose buckets are not stored yet
  // Whether SaltBuilder will add the missing ones now, or only together with those of later ids.
  bool is_building = false;
};

// A salt whose slices stay readable during this object's lifetime, even if its last segment goes.
struct HeldSalt {
  Salt salt;
  uint64_t missing = 0;  // ids that the slices didn't cover when it was read
  std::shared_ptr<const LeaseTable::Lease> lease;
};

// Salts are not cached: each call reads their records in its own transaction. Salts are in normal form C.
// Thread-safe. The constructor's arguments must outlive it, and the transactions of ChangeUses.
class SaltStore {
 public:
  SaltStore(Versions& versions, SaltBuilder& builder) : versions_(versions), builder_(builder) {}

  // ChangeSaltUses. When the transaction is committed, new salts are built and dropped ones swept, in the
  // background.
  absl::Status ChangeUses(WriteTransaction& transaction, std::string_view user,
                          const std::vector<std::string>& before, const std::vector<std::string>& after);

  // Leases the salt's slices; empty if it has none, or they are still empty.
  absl::StatusOr<std::optional<HeldSalt>> Hold(std::string_view salt) const;
  // All that have a place, by salt; at most kSaltsPerPopulationMax.
  absl::StatusOr<std::vector<StoredSalt>> List() const;

 private:
  Versions& versions_;
  SaltBuilder& builder_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_SALTS_SALT_STORE_H_
