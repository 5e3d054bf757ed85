// The Snapshot over stored versions.
#ifndef MUSTER_INDEX_VERSIONS_VERSION_SNAPSHOT_H_
#define MUSTER_INDEX_VERSIONS_VERSION_SNAPSHOT_H_

#include <memory>
#include <utility>
#include <vector>

#include "index/storage/environment.h"
#include "index/versions/known_rows.h"
#include "index/versions/lease_table.h"
#include "index/versions/resolved_rows.h"
#include "index/versions/snapshot.h"
#include "index/versions/version_record.h"

namespace muster::index {

// Tells versions with their identities from others of the same numbers. REQUIRES: ascending by tag.
uint64_t FingerprintOf(absl::Span<const KnownVersion> versions);

// A vector of versions under a lease. Immutable and thread-safe; environment, lease table and resolved rows
// outlive it.
class VersionSnapshot : public Snapshot {
 public:
  // Reads everyone's numbers. REQUIRES: ascending by tag, every version is there, and everyone's is among
  // them.
  static absl::StatusOr<std::shared_ptr<const Snapshot>> Make(Environment& environment, LeaseTable& leases,
                                                              ResolvedRows& resolved,
                                                              std::vector<KnownVersion> versions);

  const VersionVector& versions() const override { return versions_; }
  PinnedView Pin(const VersionVector& versions) const override;
  uint64_t member_count() const override { return member_count_; }
  uint32_t fragment_count() const override { return fragment_count_; }
  std::unique_ptr<RowSource> NewRowSource() const override;
  absl::StatusOr<uint64_t> RowCardinality(RowRef row) const override;
  absl::StatusOr<std::vector<uint64_t>> RowCardinalities(TagId tag,
                                                         absl::Span<const RowId> rows) const override;
  absl::Status VisitRows(TagId tag, ValueId first, ValueId last,
                         const std::function<bool(RowId, uint64_t)>& visit) const override;
  absl::StatusOr<std::optional<std::vector<ValueId>>> ValuesWithRows(TagId tag) const override;
  absl::StatusOr<int> Scale(TagId tag) const override;
  absl::StatusOr<bool> Contains(RowRef row, uint64_t ordinal) const override;

 private:
  VersionSnapshot(Environment& environment, LeaseTable& leases, ResolvedRows& resolved,
                  std::vector<KnownVersion> versions);

  Environment& environment_;
  ResolvedRows& resolved_;
  const std::vector<KnownVersion> known_;  // ascending by tag
  const VersionVector versions_;           // the same
  const LeaseTable::Lease lease_;
  mutable KnownRows known_rows_;
  uint64_t member_count_ = 0;
  uint32_t fragment_count_ = 0;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_VERSION_SNAPSHOT_H_
