#include "index/versions/snapshots/lease_table.h"

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

std::vector<std::unique_ptr<LeaseTable::Lease>> LeaseTable::TakeExpired(absl::Time now) {
  std::vector<std::unique_ptr<Lease>> expired;
  for (auto at = timed_.begin(); at != timed_.end();) {
    const auto here = at++;
    if (here->second.until > now) continue;
    expired.push_back(std::move(here->second.lease));
    timed_.erase(here);
  }
  return expired;
}

void LeaseTable::HoldFor(const VersionVector& versions, absl::Duration duration) {
  const absl::Time now = clock_();
  // Leases are made and destroyed outside the mutex, which they take.
  std::vector<std::unique_ptr<Lease>> expired;
  {
    MutexLock lock(mutex_);
    expired = TakeExpired(now);
    if (const auto held = timed_.find(versions); held != timed_.end()) {
      held->second.until = std::max(held->second.until, now + duration);
      return;
    }
  }
  Timed timed{now + duration, std::make_unique<Lease>(*this, versions)};
  MutexLock lock(mutex_);
  const auto [held, is_new] = timed_.try_emplace(versions, std::move(timed));
  if (!is_new) held->second.until = std::max(held->second.until, now + duration);
}

size_t LeaseTable::held() const {
  MutexLock lock(mutex_);
  return timed_.size();
}

bool LeaseTable::IsLeased(TagId tag, Version version) {
  std::vector<std::unique_ptr<Lease>> expired;
  {
    MutexLock lock(mutex_);
    expired = TakeExpired(clock_());
  }
  expired.clear();
  if (clock_() < grace_until_) return true;
  MutexLock lock(mutex_);
  return counts_.contains(KeyOf(tag, version));
}

bool LeaseTable::IsHeld(TagId tag, Version version) const {
  MutexLock lock(mutex_);
  return counts_.contains(KeyOf(tag, version));
}

}  // namespace muster::index
