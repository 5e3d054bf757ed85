#include "index/views/stored_view.h"

#include <optional>
#include <utility>

#include "index/status/status_macros.h"

namespace muster::index {

StoredView::StoredView(std::shared_ptr<Population> population, std::shared_ptr<const Snapshot> snapshot,
                       const StoredParts& parts)
    : PopulationView(std::move(population), snapshot->as_of(), snapshot->is_pinned()),
      snapshot_(std::move(snapshot)),
      parts_(parts),
      values_(parts.index, *snapshot_),
      tags_(parts, *snapshot_, values_),
      members_(parts, *snapshot_, tags_),
      lists_(parts.lists),
      salts_(parts.salts),
      statistics_(*snapshot_, lists_) {}

absl::StatusOr<std::shared_ptr<const PopulationView>> StoredView::AsOf(absl::CivilDay day) const {
  ASSIGN_OR_RETURN(std::shared_ptr<const Snapshot> dated, OpenAsOf(snapshot_, day));
  return std::make_shared<const StoredView>(held_population(), std::move(dated), parts_);
}

std::unique_ptr<RowSource> StoredView::NewRowSource(RowSource* first) const {
  VersionVector lone = lists_.Versions();
  salts_.AddVersions(lone);
  return first == nullptr ? snapshot_->NewRowSource(std::move(lone))
                          : snapshot_->NewRowSourceBeside(*first, std::move(lone));
}

absl::StatusOr<PinnedView> StoredView::PinWith(VersionVector versions, absl::Span<const TagId> tags) const {
  for (const TagId tag : tags) {
    ASSIGN_OR_RETURN(const std::optional<Version> version, snapshot_->FindVersion(tag));
    if (version.has_value()) versions.emplace(tag, *version);
  }
  return snapshot_->Pin(versions);
}

absl::StatusOr<PinnedView> StoredView::Pin(absl::Span<const TagId> tags) const {
  return PinWith({*snapshot_->versions().find(kEveryoneTag)}, tags);
}

absl::StatusOr<PinnedView> StoredView::PinWhole(absl::Span<const TagId> tags) const {
  return PinWith(snapshot_->versions(), tags);
}

}  // namespace muster::index
