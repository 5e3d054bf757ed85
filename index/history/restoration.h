// Publishes older versions of tags as their current ones.
#ifndef MUSTER_INDEX_HISTORY_RESTORATION_H_
#define MUSTER_INDEX_HISTORY_RESTORATION_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/types/span.h"
#include "index/concurrency/work_budget.h"
#include "index/history/history_parts.h"
#include "index/versions/records/published_versions.h"

namespace muster::index {

// A tag's older version, to be published again. A plain value.
struct Restoration {
  TagId tag = 0;
  Version restored = 0;
  absl::CivilDay date;  // of the new version: that of the tag's current one
};

// Publishes a child of each restored version, with an empty edge and VersionRecord::restores_parent, in one
// small transaction whatever the size of the tags; returns their numbers in the same order. A child lives in
// the store of its parent, which therefore becomes the current one again, with its layout and scale; the
// settler then moves that store's base to it. `label`: of the load that is rolled back; empty: of none. After
// an error or a crash nothing is visible, and what was written ahead is swept.
//
// REQUIRES: the publish mutex, and that everyone is among them. Each publication has a version of everyone,
// by which a pinned view knows what was published when it was taken (Versions::OpenPinned).
absl::StatusOr<std::vector<Version>> PublishRestorations(const HistoryParts& parts,
                                                         absl::Span<const Restoration> restorations,
                                                         const std::string& label, const WorkBudget& budget);

// The current version of a tag. NOT_FOUND, kUnknownVersion: it was declared and never loaded.
absl::StatusOr<PublishedVersion> CurrentOf(const Transaction& view, TagId tag, const std::string& name);

// How many members have a value in a version.
absl::StatusOr<uint64_t> MembersOf(const Transaction& view, TagId tag, Version version);

// Whether every member of the version is a member now: no rollback of a load has taken back those who joined
// by the publication of the version, or by one before it.
absl::StatusOr<bool> HasMembersOfNow(const Transaction& view, const VersionRecord& record);

// Whether `ancestor` is `version`, or one of its ancestors.
absl::StatusOr<bool> DescendsFrom(const Transaction& view, TagId tag, Version version, Version ancestor);

}  // namespace muster::index

#endif  // MUSTER_INDEX_HISTORY_RESTORATION_H_
