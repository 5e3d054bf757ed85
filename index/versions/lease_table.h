// Which versions somebody still needs.
#ifndef MUSTER_INDEX_VERSIONS_LEASE_TABLE_H_
#define MUSTER_INDEX_VERSIONS_LEASE_TABLE_H_

#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "index/concurrency/mutex.h"
#include "index/versions/snapshot.h"

namespace muster::index {

// Counts leases in memory. Whatever drops versions or edges asks IsLeased first (nothing does yet: all
// published versions are kept). After a restart every stored version counts as leased for `restart_grace`,
// one page token's life. Thread-safe; outlives its leases.
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

  // Holds the snapshot for `duration` from now, whoever else lets it go. Expired ones are let go by the next
  // call.
  void HoldFor(std::shared_ptr<const Snapshot> snapshot, absl::Duration duration);
  bool IsLeased(TagId tag, Version version);
  // Lets go what expired; or everything, before the environment closes.
  void ReleaseExpired();
  void ReleaseAll();

 private:
  struct Timed {
    absl::Time until;
    std::shared_ptr<const Snapshot> snapshot;
  };
  // Moves expired entries out, so that snapshots are destroyed without the mutex (their leases take it).
  std::vector<Timed> TakeExpired(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::function<absl::Time()> clock_;
  const absl::Time grace_until_;
  Mutex mutex_;
  absl::flat_hash_map<uint64_t, uint32_t> counts_ ABSL_GUARDED_BY(mutex_);  // by tag << 32 | version
  std::deque<Timed> timed_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_LEASE_TABLE_H_
