#include "index/versions/snapshots/dated_versions.h"

#include <algorithm>
#include <utility>

#include "index/status/status_macros.h"
#include "index/versions/records/published_versions.h"

namespace muster::index {
namespace {

// Tags between two checks of the budget: they take a part of a millisecond with some hundred versions
// each.
constexpr size_t kTagsAtOnce = 16;
// The cost of reading the records of a tag's versions, in values.
constexpr uint64_t kValuesOfATag = 16;

}  // namespace

absl::StatusOr<std::optional<absl::CivilDay>> FindFirstDate(Environment& environment, KnownDates& known,
                                                            const PublishedTag& tag) {
  if (const auto first = known.FindFirstDate(tag); first.has_value()) return *first;
  ASSIGN_OR_RETURN(const ReadTransaction transaction, environment.BeginRead());
  ASSIGN_OR_RETURN(const std::optional<absl::CivilDay> first,
                   FirstDateOf(transaction, tag.tag, tag.last_sequence));
  known.KeepFirstDate(tag, first);
  return first;
}

absl::StatusOr<std::optional<KnownVersion>> DatedVersions::Read(TagId tag) const {
  const PublishedTag published{last_sequence_, tag};
  if (const auto known = known_.FindVersion(published, day_); known.has_value()) return *known;
  std::optional<KnownVersion> found;
  {
    ASSIGN_OR_RETURN(const ReadTransaction transaction, environment_.BeginRead());
    ASSIGN_OR_RETURN(const std::optional<PublishedVersion> version,
                     VersionAsOf(transaction, tag, day_, last_sequence_));
    if (version.has_value()) found = {tag, version->version, version->record.identity};
  }
  known_.KeepVersion(published, day_, found);
  return found;
}

absl::StatusOr<std::optional<KnownVersion>> DatedVersions::Find(TagId tag) {
  {
    MutexLock lock(mutex_);
    if (const auto known = found_.find(tag); known != found_.end()) return known->second.version;
  }
  Entry entry;
  ASSIGN_OR_RETURN(entry.version, Read(tag));
  if (entry.version.has_value()) {
    entry.lease = std::make_unique<LeaseTable::Lease>(leases_, VersionVector{{tag, entry.version->version}});
  }
  MutexLock lock(mutex_);
  return found_.try_emplace(tag, std::move(entry)).first->second.version;
}

// A tag has a version AS OF every day from its first date on, so its first date, read once from the store,
// answers for all days.
absl::StatusOr<std::vector<bool>> DatedVersions::HaveVersions(absl::Span<const TagId> tags,
                                                              WorkBudget& budget) const {
  std::vector<bool> have;
  have.reserve(tags.size());
  for (; !tags.empty(); tags.remove_prefix(std::min(tags.size(), kTagsAtOnce))) {
    const absl::Span<const TagId> next = tags.first(std::min(tags.size(), kTagsAtOnce));
    std::vector<std::optional<std::optional<absl::CivilDay>>> known;
    for (const TagId tag : next) known.push_back(known_.FindFirstDate({last_sequence_, tag}));
    const auto unknown = std::count(known.begin(), known.end(), std::nullopt);
    RETURN_IF_ERROR(budget.SpendValues(static_cast<uint64_t>(unknown) * kValuesOfATag));
    for (size_t i = 0; i < next.size(); ++i) {
      if (!known[i].has_value()) {
        ASSIGN_OR_RETURN(known[i], FindFirstDate(environment_, known_, {last_sequence_, next[i]}));
      }
      have.push_back(known[i]->has_value() && **known[i] <= day_);
    }
  }
  return have;
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
