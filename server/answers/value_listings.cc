#include "server/answers/value_listings.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "index/status/status_macros.h"

namespace muster::server {
namespace {

// `pinned`: the versions of everyone and of the tag.
std::string KeyOf(const index::PinnedView& pinned, const index::Tag& tag, const std::string& prefix) {
  std::string key = absl::StrCat(pinned.population, " ", tag.id);
  for (const auto& [id, version] : pinned.versions) absl::StrAppend(&key, " ", id, ":", version);
  return absl::StrCat(key, " ", prefix);
}

size_t BytesOf(const std::vector<index::ValueCount>& values) {
  size_t bytes = 0;
  for (const index::ValueCount& value : values) bytes += sizeof(value) + value.value.capacity();
  return bytes;
}

}  // namespace

absl::StatusOr<ValueListings::Listing> ValueListings::List(const index::PopulationView& view,
                                                           const index::Tag& tag, const std::string& prefix,
                                                           WorkBudget& budget) {
  ASSIGN_OR_RETURN(const index::PinnedView pinned, view.Pin({tag.id}));
  const std::string key = KeyOf(pinned, tag, prefix);
  if (Listing listing = Find(key); listing != nullptr) return listing;
  ASSIGN_OR_RETURN(std::vector<index::ValueCount> values, view.values().List(tag, prefix, budget));
  auto listing = std::make_shared<const std::vector<index::ValueCount>>(std::move(values));
  MutexLock lock(mutex_);
  // Another call may have computed the same listing meanwhile; the two are equal.
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
