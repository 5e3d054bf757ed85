// A consistent read view: one version of everyone and of every tag, leased for the view's lifetime.
#ifndef MUSTER_INDEX_VERSIONS_SNAPSHOTS_SNAPSHOT_H_
#define MUSTER_INDEX_VERSIONS_SNAPSHOTS_SNAPSHOT_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/types/span.h"
#include "index/bitmap/row_id.h"
#include "index/bitmap/row_source.h"
#include "index/concurrency/mutex.h"
#include "index/concurrency/work_budget.h"
#include "index/storage/environment.h"
#include "index/versions/records/values_with_rows.h"
#include "index/versions/records/version.h"
#include "index/versions/records/version_record.h"
#include "index/versions/snapshots/dated_versions.h"
#include "index/versions/snapshots/known_dates.h"
#include "index/versions/snapshots/known_rows.h"
#include "index/versions/snapshots/lease_table.h"
#include "index/versions/snapshots/located_rows.h"
#include "index/versions/snapshots/resolved_rows.h"
#include "index/versions/snapshots/row_statistics.h"
#include "index/versions/snapshots/tag_rows.h"

namespace muster::index {

class VersionRowSource;

// A fingerprint that distinguishes versions from others of the same numbers. REQUIRES: ascending by tag.
uint64_t FingerprintOf(absl::Span<const KnownVersion> versions);

// The parts of a population that its snapshots use. Lifetime: they outlive the snapshots.
struct SnapshotParts {
  Environment& environment;
  LeaseTable& leases;
  ResolvedRows& resolved;
  LocatedRowsCache& located;
  KnownDates& dates;
};

// The content of a new snapshot. A plain value.
struct SnapshotContent {
  std::vector<KnownVersion> versions;  // ascending by tag; everyone's is among them
  uint64_t last_sequence = 0;          // the last one published when it was taken
  std::optional<absl::CivilDay> as_of = std::nullopt;
  bool is_pinned = false;  // see Snapshot
};

// Immutable and thread-safe. Holds the lease on its versions until it is destroyed. Reads open short
// transactions of their own, so a snapshot may live for hours.
//
// A dated view is a snapshot too: a state of the population AS OF a date (docs/semantics.md, rules 10 and
// 20). Of each tag it has the version with the greatest business date that isn't later, found when the tag
// is first asked for. A pinned one keeps the versions that are named. Everyone's version is that of the
// snapshot from which it was opened, since everyone's dates tell who had joined: its members are those whose
// first date isn't later than its own. No version names members who joined after the version's business
// date.
class Snapshot final : public RowStatistics {
 public:
  ~Snapshot() override;
  // Reads everyone's statistics. REQUIRES: every version exists. A dated view keeps the versions that are
  // named, and finds those of other tags by its date.
  static absl::StatusOr<std::shared_ptr<const Snapshot>> Make(const SnapshotParts& parts,
                                                              SnapshotContent content);

  // A dated view has only the versions that it was made with, everyone's included; FindVersion finds others.
  const VersionVector& versions() const { return *versions_; }
  // The view's version of the tag; empty when it has none.
  absl::StatusOr<std::optional<Version>> FindVersion(TagId tag) const;
  // For each tag, whether the view has a version of it. For listings: a dated view doesn't lease the
  // versions, and spends what it reads from `budget`.
  absl::StatusOr<std::vector<bool>> HaveVersions(absl::Span<const TagId> tags, WorkBudget& budget) const;
  // The date of a dated view; else empty.
  std::optional<absl::CivilDay> as_of() const { return as_of_; }
  // Whether it was opened for a token, or is an AS OF view of such a snapshot. An undated one has only the
  // tags that the token names, although others had versions when it was taken.
  bool is_pinned() const { return is_pinned_; }
  // The view AS OF `day`, of what was published when this snapshot was taken. For OpenAsOf below.
  absl::StatusOr<std::shared_ptr<const Snapshot>> AsOf(absl::CivilDay day) const;
  // The first date AS OF which the tag has a version, among those published when this snapshot was taken;
  // empty when it was never loaded.
  absl::StatusOr<std::optional<absl::CivilDay>> FirstDate(TagId tag) const;
  // The form in which a token names versions of this snapshot. REQUIRES: each is the snapshot's, in a dated
  // view one that was found.
  PinnedView Pin(const VersionVector& versions) const;
  // Members of everyone, in a dated view including those who joined later.
  uint64_t member_count() const { return member_count_; }
  // The number of members of a dated view; empty before KeepDatedMemberCount.
  std::optional<uint64_t> dated_member_count() const;
  void KeepDatedMemberCount(uint64_t count) const;
  // Fragments that hold a member: a scan covers [0, fragment_count()).
  uint32_t fragment_count() const { return fragment_count_; }
  // For one thread. Resolves every row, stored or not. REQUIRES: the snapshot outlives it, and in a dated
  // view tags are found before their rows are resolved. `lone`: versions of sets that are no tags
  // (publishing/lone_store.h), whose rows it resolves too.
  std::unique_ptr<RowSource> NewRowSource(VersionVector lone = {}) const;
  // The same, sharing the transactions of `first`, a source of the same population and thread. REQUIRES: each
  // of its windows begins after that of `first` for the same fragments, and ends before it.
  std::unique_ptr<RowSource> NewRowSourceBeside(RowSource& first, VersionVector lone = {}) const;
  // A source as NewRowSource makes, for one thread and a moment. It may have been used before, and then knows
  // where the rows of tags are. TakeBack keeps it for others. REQUIRES: no window is open then.
  std::unique_ptr<VersionRowSource> LendRowSource() const;
  void TakeBack(std::unique_ptr<VersionRowSource> source) const;
  // The digits after the point of a NUMBER tag's numbers in this version; 0 for other kinds and a tag that
  // the snapshot doesn't have.
  absl::StatusOr<int> Scale(TagId tag) const;
  // The rows of the tag that have members; none when the snapshot doesn't have the tag. `single`: see
  // ReadTagRows.
  absl::StatusOr<TagRowsPtr> FindTagRows(TagId tag, bool single) const;
  // Where rows lie that were looked up before. Shared by the snapshots of a population.
  LocatedRowsCache& located_rows() const { return parts_.located; }

  absl::StatusOr<uint64_t> RowCardinality(RowRef row) const override;
  absl::StatusOr<std::vector<uint64_t>> RowCardinalities(TagId tag,
                                                         absl::Span<const RowId> rows) const override;
  absl::Status VisitRows(TagId tag, ValueId first, ValueId last,
                         const std::function<bool(RowId, uint64_t)>& visit) const override;
  absl::StatusOr<ValuesWithRows> FindValuesWithRows(TagId tag) const override;

 private:
  static constexpr uint64_t kNotCounted = ~uint64_t{0};

  Snapshot(const SnapshotParts& parts, SnapshotContent content);
  // The versions that it was made with, and in a dated view those found since.
  std::shared_ptr<const VersionVector> VersionsSoFar() const;
  std::optional<KnownVersion> Known(TagId tag) const;
  // The key of the tag's rows in known_rows_; empty in a dated view that doesn't have the tag.
  absl::StatusOr<std::optional<TagVersion>> FindKnownAs(TagId tag) const;

  const SnapshotParts parts_;
  const std::vector<KnownVersion> known_;                // ascending by tag
  const std::shared_ptr<const VersionVector> versions_;  // the same
  const uint64_t last_sequence_;
  const std::optional<absl::CivilDay> as_of_;
  const bool is_pinned_;
  const LeaseTable::Lease lease_;
  const std::unique_ptr<KnownRows> own_rows_;  // null in a dated view: all dated views share one
  KnownRows& known_rows_;
  const std::unique_ptr<DatedVersions> dated_;  // of a dated view; null otherwise
  mutable std::atomic<uint64_t> dated_member_count_{kNotCounted};
  uint64_t member_count_ = 0;
  uint32_t fragment_count_ = 0;
  mutable Mutex idle_mutex_;
  mutable std::vector<std::unique_ptr<VersionRowSource>> idle_ ABSL_GUARDED_BY(idle_mutex_);
};

// The view AS OF `day` of what was published when `base` was taken; holds `base` too.
absl::StatusOr<std::shared_ptr<const Snapshot>> OpenAsOf(const std::shared_ptr<const Snapshot>& base,
                                                         absl::CivilDay day);

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_SNAPSHOTS_SNAPSHOT_H_
