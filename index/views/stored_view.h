// The view of a population on disk.
#ifndef MUSTER_INDEX_VIEWS_STORED_VIEW_H_
#define MUSTER_INDEX_VIEWS_STORED_VIEW_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/types/span.h"
#include "index/versions/snapshots/snapshot.h"
#include "index/views/population_view.h"
#include "index/views/stored_lists.h"
#include "index/views/stored_members.h"
#include "index/views/stored_parts.h"
#include "index/views/stored_salts.h"
#include "index/views/stored_tags.h"
#include "index/views/stored_values.h"

namespace muster::index {

// Cheap to make: the snapshot and the population cache what it finds out.
class StoredView final : public PopulationView {
 public:
  // REQUIRES: the parts and the snapshot are the population's.
  StoredView(std::shared_ptr<Population> population, std::shared_ptr<const Snapshot> snapshot,
             const StoredParts& parts);

  const Snapshot& snapshot() const { return *snapshot_; }
  absl::StatusOr<std::shared_ptr<const PopulationView>> AsOf(absl::CivilDay day) const override;
  const TagsOfView& tags() const override { return tags_; }
  const ValuesOfView& values() const override { return values_; }
  const MembersOfView& members() const override { return members_; }
  const ListsOfView& lists() const override { return lists_; }
  const SaltsOfView& salts() const override { return salts_; }
  const RowStatistics& statistics() const override { return statistics_; }
  std::unique_ptr<RowSource> NewRowSource(RowSource* first) const override;
  absl::StatusOr<PinnedView> Pin(absl::Span<const TagId> tags) const override;
  absl::StatusOr<PinnedView> PinWhole(absl::Span<const TagId> tags) const override;

 private:
  // `versions` with those of `tags` that the view has.
  absl::StatusOr<PinnedView> PinWith(VersionVector versions, absl::Span<const TagId> tags) const;

  const std::shared_ptr<const Snapshot> snapshot_;
  const StoredParts parts_;
  const StoredValues values_;
  const StoredTags tags_;
  const StoredMembers members_;
  const StoredLists lists_;
  const StoredSalts salts_;
  const StatisticsWithLists statistics_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VIEWS_STORED_VIEW_H_
