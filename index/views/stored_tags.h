// The tags of a view, from the catalogue and the snapshot's versions.
#ifndef MUSTER_INDEX_VIEWS_STORED_TAGS_H_
#define MUSTER_INDEX_VIEWS_STORED_TAGS_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "index/catalog/catalogue.h"
#include "index/versions/snapshots/snapshot.h"
#include "index/views/population_view.h"
#include "index/views/stored_parts.h"
#include "index/views/stored_values.h"

namespace muster::index {

// Const and thread-safe; what it is given outlives it.
class StoredTags final : public TagsOfView {
 public:
  StoredTags(const StoredParts& parts, const Snapshot& snapshot, const StoredValues& values)
      : parts_(parts), snapshot_(snapshot), values_(values) {}

  absl::StatusOr<std::vector<Tag>> List(WorkBudget& budget) const override;
  absl::StatusOr<std::optional<Tag>> Find(std::string_view name) const override;
  absl::StatusOr<std::optional<absl::CivilDay>> FirstDate(TagId tag) const override {
    return snapshot_.FirstDate(tag);
  }
  absl::StatusOr<std::optional<absl::CivilDay>> BusinessDate(TagId tag) const override;
  absl::StatusOr<TagStatistics> Statistics(const Tag& tag) const override;
  absl::StatusOr<uint64_t> ValuesToCount(const Tag& tag) const override;

 private:
  // Whether the view has a tag without a version: one that exists, and of which no member has a value.
  absl::StatusOr<bool> IsEmpty(const CataloguedTag& tag) const;
  // The tag with its scale in the view.
  absl::StatusOr<Tag> WithScale(Tag tag) const;
  absl::StatusOr<uint32_t> CountValues(const Tag& tag, Version version) const;

  const StoredParts parts_;
  const Snapshot& snapshot_;
  const StoredValues& values_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_VIEWS_STORED_TAGS_H_
