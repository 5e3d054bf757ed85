// How many members a tag's two versions differ in.
#ifndef MUSTER_INDEX_HISTORY_CHANGED_MEMBERS_H_
#define MUSTER_INDEX_HISTORY_CHANGED_MEMBERS_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "index/catalog/tag.h"
#include "index/concurrency/work_budget.h"
#include "index/storage/environment.h"
#include "index/versions/snapshots/snapshot.h"

namespace muster::index {

// A version and a snapshot that has it.
struct HeldVersion {
  const Snapshot& snapshot;
  Version version = 0;
};

// Members by what they have in two versions; see VersionComparison.
struct VersionDifference {
  uint64_t entered = 0;
  uint64_t left = 0;
  uint64_t changed = 0;
};

// Fragment by fragment: two versions of one store are compared by the rows that the edges between them
// changed; versions of two stores by all rows, brought into one form where the stores have different layouts
// or scales. Spends the chunks of the rows from `budget`.
absl::StatusOr<VersionDifference> CountChanges(Environment& environment, const Tag& tag,
                                               const HeldVersion& from, const HeldVersion& to,
                                               WorkBudget& budget);

}  // namespace muster::index

#endif  // MUSTER_INDEX_HISTORY_CHANGED_MEMBERS_H_
