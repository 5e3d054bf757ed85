// The versions of one population: the interface of this folder to the rest of index/, beside the writers and
// publishing.h.
#ifndef MUSTER_INDEX_VERSIONS_VERSIONS_H_
#define MUSTER_INDEX_VERSIONS_VERSIONS_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "index/concurrency/mutex.h"
#include "index/storage/writer_queue.h"
#include "index/versions/publishing/number_pool.h"
#include "index/versions/records/version_record.h"
#include "index/versions/settling/settler.h"
#include "index/versions/snapshots/known_dates.h"
#include "index/versions/snapshots/lease_table.h"
#include "index/versions/snapshots/located_rows.h"
#include "index/versions/snapshots/resolved_rows.h"
#include "index/versions/snapshots/snapshot.h"

namespace muster::index {

struct VersionsOptions {
  bool settle = true;  // false: the settler stands still (tests step it)
  std::function<absl::Time()> clock = absl::Now;
  absl::Duration restart_grace = absl::Minutes(10);
  // Called after each publication.
  std::function<void()> published = {};
  // How a tag is named in messages: `tag 'city'`. Without it, by its number.
  std::function<std::string(TagId)> describe_tag = {};
};

// How a load uses it:
//   1. OpenSnapshot (or CurrentSnapshot) of the parents; FragmentReader on it to compare with.
//   2. A StagedBatch for each thread, and on it a StoreWriter or EdgeWriter for each tag; Finish each, Flush.
//   3. PrepareVersions, and what else is written ahead.
//   4. writer().Run(WriteClass::kPublish, …) of one task that calls ShowVersions and shows the catalogue's
//      records. Then Published(). Or, at any point before, DiscardStaged(load). A small load takes the steps 3
//      and 4 in one task.
// everyone is a tag like any other: its edge is staged against its current version. Loads stage at the same
// time, and each publishes a version of everyone. So each holds one mutex from looking again at the current
// versions to publishing, and moves everyone's edge to that parent if it is another one (EdgePatch); publishing
// checks the parent.
//
// Thread-safe. Destroy it after its snapshots and before its WriterQueue.
class Versions {
 public:
  // Makes everyone's empty version 0 in a new environment, sweeps what no version names, starts the settler.
  static absl::StatusOr<std::unique_ptr<Versions>> Open(WriterQueue& writer, const VersionsOptions& options);
  ~Versions();

  // The current versions. Cheap unless something was published since the last call.
  absl::StatusOr<std::shared_ptr<const Snapshot>> CurrentSnapshot();
  // The snapshot of these versions, with everyone's current one when tag 0 is missing. FAILED_PRECONDITION,
  // kSnapshotExpired, when one doesn't exist.
  absl::StatusOr<std::shared_ptr<const Snapshot>> OpenSnapshot(VersionVector versions);
  // The snapshot of a view that Snapshot::Pin made, here or in another store. FAILED_PRECONDITION:
  // kSnapshotExpired, naming the tag of which a version is no longer kept; kOtherStore, when the view is of
  // another population, or of publications that this store never had or that were restored away.
  absl::StatusOr<std::shared_ptr<const Snapshot>> OpenPinned(const PinnedView& view);

  // Call it after a publishing transaction: it wakes what works in the background.
  void Published() {
    settler_.Notify();
    if (published_) published_();
  }
  // Sweeps in the background what a refused or abandoned load staged. REQUIRES: its writers are
  // destroyed.
  absl::Status DiscardStaged(LoadId load);
  // Sweeps a store that DropLoneStore dropped, in the background, once no lease holds its version.
  void SweepDropped(TagId tag, StoreId store);

  WriterQueue& writer() { return writer_; }
  Environment& environment() { return writer_.environment(); }
  // The numbers of loads, stores and edges for staging.
  NumberPool& numbers() { return numbers_; }
  LeaseTable& leases() { return *leases_; }
  Settler& settler() { return settler_; }

 private:
  Versions(WriterQueue& writer, const VersionsOptions& options);
  SnapshotParts Parts() { return {environment(), *leases_, resolved_, located_, dates_}; }
  // For messages.
  std::string Describe(TagId tag) const;

  const std::function<std::string(TagId)> describe_tag_;
  const std::function<void()> published_;
  WriterQueue& writer_;
  NumberPool numbers_;
  // Held by what sweeps dropped stores too.
  const std::shared_ptr<LeaseTable> leases_;
  ResolvedRows resolved_;
  LocatedRowsCache located_;
  KnownDates dates_;
  Settler settler_;
  Mutex mutex_;
  // The last CurrentSnapshot and the publish sequence for which it is valid.
  std::shared_ptr<const Snapshot> current_ ABSL_GUARDED_BY(mutex_);
  uint64_t current_sequence_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_VERSIONS_H_
