#include "index/versions/snapshots/dated_versions.h"

#include <utility>

#include "index/status/status_macros.h"
#include "index/versions/records/published_versions.h"

namespace muster::index {

absl::StatusOr<std::optional<KnownVersion>> DatedVersions::Find(TagId tag) {
  {
    MutexLock lock(mutex_);
    if (const auto known = found_.find(tag); known != found_.end()) return known->second.version;
  }
  Entry entry;
  {
    ASSIGN_OR_RETURN(const ReadTransaction transaction, environment_.BeginRead());
    ASSIGN_OR_RETURN(const std::optional<PublishedVersion> version,
                     VersionAsOf(transaction, tag, day_, last_sequence_));
    if (version.has_value()) entry.version = {tag, version->version, version->record.identity};
  }
  if (entry.version.has_value()) {
    entry.lease = std::make_unique<LeaseTable::Lease>(leases_, VersionVector{{tag, entry.version->version}});
  }
  MutexLock lock(mutex_);
  return found_.try_emplace(tag, std::move(entry)).first->second.version;
}

std::optional<KnownVersion> DatedVersions::Found(TagId tag) const {
  MutexLock lock(mutex_);
  const auto known = found_.find(tag);
  return known == found_.end() ? std::nullopt : known->second.version;
}

void DatedVersions::AddFound(VersionVector& versions) const {
  MutexLock lock(mutex_);
  for (const auto& [tag, entry] : found_) {
    if (entry.version.has_value()) versions.emplace(tag, entry.version->version);
  }
}

}  // namespace muster::index
