#include "index/views/stored_lists.h"

#include <utility>

#include "index/status/status_macros.h"
#include "index/versions/publishing/lone_store.h"

namespace muster::index {

// The first result for a name is kept, so that all questions on the view use the same content.
absl::StatusOr<std::optional<IdList>> StoredLists::Find(std::string_view name) const {
  {
    MutexLock lock(mutex_);
    if (const auto found = found_.find(name); found != found_.end()) return found->second.list;
  }
  ASSIGN_OR_RETURN(std::optional<HeldIdList> held, lists_.Hold(name));
  if (!held.has_value()) return std::nullopt;
  MutexLock lock(mutex_);
  return found_.try_emplace(std::string(name), *std::move(held)).first->second.list;
}

VersionVector StoredLists::Versions() const {
  VersionVector versions;
  MutexLock lock(mutex_);
  for (const auto& [name, held] : found_) versions.emplace(held.list.source, kLoneVersion);
  return versions;
}

std::optional<uint64_t> StoredLists::IdCount(TagId source) const {
  MutexLock lock(mutex_);
  for (const auto& [name, held] : found_) {
    if (held.list.source == source) return held.list.id_count;
  }
  return std::nullopt;
}

absl::StatusOr<uint64_t> StatisticsWithLists::RowCardinality(RowRef row) const {
  if (const std::optional<uint64_t> ids = lists_.IdCount(row.tag)) return *ids;
  return rows_.RowCardinality(row);
}

}  // namespace muster::index
