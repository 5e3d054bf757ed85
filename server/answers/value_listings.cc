#include "server/answers/value_listings.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "index/status/status_macros.h"

namespace muster::server {
namespace {

index::Version VersionOf(const index::Snapshot& snapshot, index::TagId tag) {
  const auto found = snapshot.versions().find(tag);
  return found == snapshot.versions().end() ? 0 : found->second;
}

std::string KeyOf(const index::Population& population, const index::Snapshot& snapshot, const index::Tag& tag,
                  const std::string& prefix) {
  return absl::StrCat(population.identity(), " ", tag.id, " ", VersionOf(snapshot, index::kEveryoneTag), " ",
                      VersionOf(snapshot, tag.id), " ", prefix);
}

size_t BytesOf(const std::vector<index::ValueCount>& values) {
  size_t bytes = 0;
  for (const index::ValueCount& value : values) bytes += sizeof(value) + value.value.capacity();
  return bytes;
}

}  // namespace

absl::StatusOr<ValueListings::Listing> ValueListings::List(const index::Population& population,
                                                           const index::Snapshot& snapshot,
                                                           const index::Tag& tag, const std::string& prefix,
                                                           WorkBudget& budget) {
  const std::string key = KeyOf(population, snapshot, tag, prefix);
  if (Listing listing = Find(key); listing != nullptr) return listing;
  ASSIGN_OR_RETURN(std::vector<index::ValueCount> values,
                   population.ListValues(snapshot, tag, prefix, budget));
  auto listing = std::make_shared<const std::vector<index::ValueCount>>(std::move(values));
  MutexLock lock(mutex_);
  // Another call may have made the same one meanwhile; both are right.
  return Listing(kept_.Keep(key, listing, key.size() + BytesOf(*listing)));
}

size_t ValueListings::size() const {
  MutexLock lock(mutex_);
  return kept_.size();
}

ValueListings::Listing ValueListings::Find(const std::string& key) {
  MutexLock lock(mutex_);
  const Listing* const found = kept_.Find(key);
  return found == nullptr ? nullptr : *found;
}

}  // namespace muster::server
