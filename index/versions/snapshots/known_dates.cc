#include "index/versions/snapshots/known_dates.h"

namespace muster::index {

std::optional<std::optional<KnownVersion>> KnownDates::FindVersion(const PublishedTag& tag,
                                                                   absl::CivilDay day) {
  MutexLock lock(mutex_);
  const std::optional<KnownVersion>* const known = versions_.Find({tag, day});
  return known == nullptr ? std::nullopt : std::make_optional(*known);
}

void KnownDates::KeepVersion(const PublishedTag& tag, absl::CivilDay day,
                             std::optional<KnownVersion> version) {
  MutexLock lock(mutex_);
  versions_.Keep({tag, day}, version);
}

std::optional<std::optional<absl::CivilDay>> KnownDates::FindFirstDate(const PublishedTag& tag) {
  MutexLock lock(mutex_);
  const std::optional<absl::CivilDay>* const known = first_dates_.Find(tag);
  return known == nullptr ? std::nullopt : std::make_optional(*known);
}

void KnownDates::KeepFirstDate(const PublishedTag& tag, std::optional<absl::CivilDay> first) {
  MutexLock lock(mutex_);
  first_dates_.Keep(tag, first);
}

std::optional<uint64_t> KnownDates::FindMemberCount(Version everyone, absl::CivilDay day) {
  MutexLock lock(mutex_);
  const uint64_t* const known = member_counts_.Find({everyone, day});
  return known == nullptr ? std::nullopt : std::make_optional(*known);
}

void KnownDates::KeepMemberCount(Version everyone, absl::CivilDay day, uint64_t count) {
  MutexLock lock(mutex_);
  member_counts_.Keep({everyone, day}, count);
}

size_t KnownDates::size() {
  MutexLock lock(mutex_);
  return versions_.size() + first_dates_.size() + member_counts_.size();
}

}  // namespace muster::index
