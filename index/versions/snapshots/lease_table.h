// The versions that are still in use.
#ifndef MUSTER_INDEX_VERSIONS_SNAPSHOTS_LEASE_TABLE_H_
#define MUSTER_INDEX_VERSIONS_SNAPSHOTS_LEASE_TABLE_H_

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "index/concurrency/mutex.h"
#include "index/versions/records/version.h"

namespace muster::index {

// Counts leases in memory. Code that drops versions or edges of tags must call IsLeased first; there is no
// such code yet, since all published versions are kept. Page tokens outlive a restart and leases don't: so
// for `restart_grace`, the lifetime of a page token, every stored version counts as leased after a restart.
// Thread-safe; outlives its leases.
class LeaseTable {
 public:
  LeaseTable(std::function<absl::Time()> clock, absl::Duration restart_grace);

  // Holds the versions until it is destroyed.
  class Lease {
   public:
    Lease(LeaseTable& table, const VersionVector& versions);
    ~Lease();
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;

   private:
    LeaseTable& table_;
    const VersionVector versions_;
  };

  // Holds the versions for at least `duration` from now. Equal vectors are held once, until the latest of
  // their times. Expired ones are released by the next call.
  void HoldFor(const VersionVector& versions, absl::Duration duration);
  // The number of vectors that HoldFor holds, including expired ones that are not released yet.
  size_t held() const;
  // Whether a lease holds the version, or `restart_grace` isn't over.
  bool IsLeased(TagId tag, Version version);
  // Whether a lease holds the version. For sets to which no page token leads, such as id lists and stored
  // buckets: a restart ends all uses of them.
  bool IsHeld(TagId tag, Version version) const;

 private:
  struct Timed {
    absl::Time until;
    std::unique_ptr<Lease> lease;
  };
  // Moves expired leases out, to be destroyed without the mutex, which they take.
  std::vector<std::unique_ptr<Lease>> TakeExpired(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::function<absl::Time()> clock_;
  const absl::Time grace_until_;
  mutable Mutex mutex_;
  absl::flat_hash_map<uint64_t, uint32_t> counts_ ABSL_GUARDED_BY(mutex_);  // by tag << 32 | version
  std::map<VersionVector, Timed> timed_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_SNAPSHOTS_LEASE_TABLE_H_
