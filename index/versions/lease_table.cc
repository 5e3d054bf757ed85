#include "index/versions/lease_table.h"

#include <algorithm>
#include <utility>

namespace muster::index {
namespace {

uint64_t KeyOf(TagId tag, Version version) { return uint64_t{tag} << 32 | version; }

}  // namespace

LeaseTable::LeaseTable(std::function<absl::Time()> clock, absl::Duration restart_grace)
    : clock_(std::move(clock)), grace_until_(clock_() + restart_grace) {}

LeaseTable::Lease::Lease(LeaseTable& table, const VersionVector& versions)
    : table_(table), versions_(versions) {
  MutexLock lock(table_.mutex_);
  for (const auto& [tag, version] : versions_) ++table_.counts_[KeyOf(tag, version)];
}

LeaseTable::Lease::~Lease() {
  MutexLock lock(table_.mutex_);
  for (const auto& [tag, version] : versions_) {
    const auto found = table_.counts_.find(KeyOf(tag, version));
    if (--found->second == 0) table_.counts_.erase(found);
  }
}

std::vector<LeaseTable::Timed> LeaseTable::TakeExpired(absl::Time now) {
  const auto first =
      std::partition(timed_.begin(), timed_.end(), [now](const Timed& timed) { return timed.until > now; });
  std::vector<Timed> expired(std::make_move_iterator(first), std::make_move_iterator(timed_.end()));
  timed_.erase(first, timed_.end());
  return expired;
}

void LeaseTable::HoldFor(std::shared_ptr<const Snapshot> snapshot, absl::Duration duration) {
  const absl::Time now = clock_();
  std::vector<Timed> expired;
  MutexLock lock(mutex_);
  expired = TakeExpired(now);
  timed_.push_back({now + duration, std::move(snapshot)});
}

bool LeaseTable::IsLeased(TagId tag, Version version) {
  ReleaseExpired();
  if (clock_() < grace_until_) return true;
  MutexLock lock(mutex_);
  return counts_.contains(KeyOf(tag, version));
}

void LeaseTable::ReleaseExpired() {
  const absl::Time now = clock_();
  std::vector<Timed> expired;
  MutexLock lock(mutex_);
  expired = TakeExpired(now);
}

void LeaseTable::ReleaseAll() {
  std::vector<Timed> all;
  MutexLock lock(mutex_);
  all = TakeExpired(absl::InfiniteFuture());
}

}  // namespace muster::index
