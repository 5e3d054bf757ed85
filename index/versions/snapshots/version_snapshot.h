// The Snapshot over stored versions.
#ifndef MUSTER_INDEX_VERSIONS_SNAPSHOTS_VERSION_SNAPSHOT_H_
#define MUSTER_INDEX_VERSIONS_SNAPSHOTS_VERSION_SNAPSHOT_H_

#include <atomic>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "index/concurrency/work_budget.h"
#include "index/storage/environment.h"
#include "index/versions/records/version_record.h"
#include "index/versions/snapshots/dated_versions.h"
#include "index/versions/snapshots/known_dates.h"
#include "index/versions/snapshots/known_rows.h"
#include "index/versions/snapshots/lease_table.h"
#include "index/versions/snapshots/resolved_rows.h"
#include "index/versions/snapshots/snapshot.h"

namespace muster::index {

// Tells versions with their identities from others of the same numbers. REQUIRES: ascending by tag.
uint64_t FingerprintOf(absl::Span<const KnownVersion> versions);

// What snapshots of one population are made with; outlives them.
struct SnapshotParts {
  Environment& environment;
  LeaseTable& leases;
  ResolvedRows& resolved;
  KnownDates& dates;
};

// What a snapshot is to hold. A plain value.
struct SnapshotContent {
  std::vector<KnownVersion> versions;  // ascending by tag; everyone's is among them
  uint64_t last_sequence = 0;          // of what was published when it was taken
  std::optional<absl::CivilDay> as_of = std::nullopt;
  bool is_pinned = false;  // see Snapshot
};

// A vector of versions under a lease. Immutable and thread-safe.
class VersionSnapshot : public Snapshot {
 public:
  // Reads everyone's numbers. REQUIRES: every version is there. A dated view keeps the versions that are
  // named, and finds those of other tags by its date.
  static absl::StatusOr<std::shared_ptr<const Snapshot>> Make(const SnapshotParts& parts,
                                                              SnapshotContent content);

  const VersionVector& versions() const override { return *versions_; }
  absl::StatusOr<std::optional<Version>> FindVersion(TagId tag) const override;
  absl::StatusOr<std::vector<bool>> HaveVersions(absl::Span<const TagId> tags,
                                                 WorkBudget& budget) const override;
  std::optional<absl::CivilDay> as_of() const override { return as_of_; }
  bool is_pinned() const override { return is_pinned_; }
  absl::StatusOr<std::shared_ptr<const Snapshot>> AsOf(absl::CivilDay day) const override;
  absl::StatusOr<std::optional<absl::CivilDay>> FirstDate(TagId tag) const override;
  PinnedView Pin(const VersionVector& versions) const override;
  uint64_t member_count() const override { return member_count_; }
  std::optional<uint64_t> dated_member_count() const override;
  void KeepDatedMemberCount(uint64_t count) const override;
  uint32_t fragment_count() const override { return fragment_count_; }
  std::unique_ptr<RowSource> NewRowSource() const override;
  std::unique_ptr<RowSource> NewRowSourceBeside(RowSource& first) const override;
  absl::StatusOr<uint64_t> RowCardinality(RowRef row) const override;
  absl::StatusOr<std::vector<uint64_t>> RowCardinalities(TagId tag,
                                                         absl::Span<const RowId> rows) const override;
  absl::Status VisitRows(TagId tag, ValueId first, ValueId last,
                         const std::function<bool(RowId, uint64_t)>& visit) const override;
  absl::StatusOr<ValuesWithRows> FindValuesWithRows(TagId tag) const override;
  absl::StatusOr<int> Scale(TagId tag) const override;
  absl::StatusOr<bool> Contains(RowRef row, uint64_t ordinal) const override;

 private:
  static constexpr uint64_t kNotCounted = ~uint64_t{0};

  VersionSnapshot(const SnapshotParts& parts, SnapshotContent content);
  // Those that it was made with, and in a dated view those that were found.
  std::shared_ptr<const VersionVector> VersionsSoFar() const;
  std::optional<KnownVersion> Known(TagId tag) const;
  // Under which its rows are known, if any are; nothing: a dated view that doesn't have the tag.
  absl::StatusOr<std::optional<TagVersion>> FindKnownAs(TagId tag) const;

  const SnapshotParts parts_;
  const std::vector<KnownVersion> known_;                // ascending by tag
  const std::shared_ptr<const VersionVector> versions_;  // the same
  const uint64_t last_sequence_;
  const std::optional<absl::CivilDay> as_of_;
  const bool is_pinned_;
  const LeaseTable::Lease lease_;
  const std::unique_ptr<KnownRows> own_rows_;  // null in a dated view: all of them have theirs in common
  KnownRows& known_rows_;
  const std::unique_ptr<DatedVersions> dated_;  // of a dated view; null otherwise
  mutable std::atomic<uint64_t> dated_member_count_{kNotCounted};
  uint64_t member_count_ = 0;
  uint32_t fragment_count_ = 0;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_SNAPSHOTS_VERSION_SNAPSHOT_H_
