// The versions of a view AS OF a date, each looked up when it is first asked for.
#ifndef MUSTER_INDEX_VERSIONS_SNAPSHOTS_DATED_VERSIONS_H_
#define MUSTER_INDEX_VERSIONS_SNAPSHOTS_DATED_VERSIONS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/types/span.h"
#include "index/concurrency/mutex.h"
#include "index/concurrency/work_budget.h"
#include "index/storage/environment.h"
#include "index/versions/records/version.h"
#include "index/versions/records/version_record.h"
#include "index/versions/snapshots/known_dates.h"
#include "index/versions/snapshots/lease_table.h"

namespace muster::index {

// The first date AS OF which the tag has a version, among those published up to the sequence; read from the
// store unless it is known.
absl::StatusOr<std::optional<absl::CivilDay>> FindFirstDate(Environment& environment, KnownDates& known,
                                                            const PublishedTag& tag);

// The versions AS OF one day, among those published up to a sequence. Finding one reads the records of all
// versions of its tag, so only the tags that are named are looked up, and leased from then on. It is made for
// one question, which bounds what it holds. Thread-safe. Lifetime: its arguments outlive it.
class DatedVersions {
 public:
  DatedVersions(Environment& environment, LeaseTable& leases, KnownDates& known, absl::CivilDay day,
                uint64_t last_sequence)
      : environment_(environment), leases_(leases), known_(known), day_(day), last_sequence_(last_sequence) {}

  // Empty when the tag has no version AS OF the day.
  absl::StatusOr<std::optional<KnownVersion>> Find(TagId tag);
  // For each tag, whether Find would find a version. Leases none of them. What has to be read from the store
  // is spent from `budget`.
  absl::StatusOr<std::vector<bool>> HaveVersions(absl::Span<const TagId> tags, WorkBudget& budget) const;
  // The versions found so far; Found is empty where Find found nothing or wasn't called.
  std::optional<KnownVersion> Found(TagId tag) const;
  void AddFound(VersionVector& versions) const;

 private:
  struct Entry {
    std::optional<KnownVersion> version;
    std::unique_ptr<LeaseTable::Lease> lease;
  };

  // The version from `known_`, or from the store.
  absl::StatusOr<std::optional<KnownVersion>> Read(TagId tag) const;

  Environment& environment_;
  LeaseTable& leases_;
  KnownDates& known_;
  const absl::CivilDay day_;
  const uint64_t last_sequence_;
  mutable Mutex mutex_;
  std::map<TagId, Entry> found_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_SNAPSHOTS_DATED_VERSIONS_H_
