#include "index/views/stored_salts.h"

#include <utility>

#include "index/status/status_macros.h"
#include "index/versions/publishing/lone_store.h"

namespace muster::index {
namespace {

SaltSlices SlicesOf(const HeldSalt& held) { return {held.salt.source, held.missing}; }

}  // namespace

absl::StatusOr<std::optional<SaltSlices>> StoredSalts::Find(std::string_view salt) const {
  {
    MutexLock lock(mutex_);
    if (const auto found = found_.find(salt); found != found_.end()) return SlicesOf(found->second);
  }
  ASSIGN_OR_RETURN(std::optional<HeldSalt> held, salts_.Hold(salt));
  if (!held.has_value()) return std::nullopt;
  MutexLock lock(mutex_);
  return SlicesOf(found_.try_emplace(std::string(salt), *std::move(held)).first->second);
}

void StoredSalts::AddVersions(VersionVector& versions) const {
  MutexLock lock(mutex_);
  for (const auto& [salt, held] : found_) versions.emplace(held.salt.source, kLoneVersion);
}

}  // namespace muster::index
