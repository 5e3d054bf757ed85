// Rolls back one tag.
#ifndef MUSTER_INDEX_HISTORY_TAG_ROLLBACK_H_
#define MUSTER_INDEX_HISTORY_TAG_ROLLBACK_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "index/catalog/tag.h"
#include "index/concurrency/work_budget.h"
#include "index/history/history_parts.h"
#include "index/versions/records/version.h"

namespace muster::index {

// What to go back to: the version that AS OF `date` reads, or `version`. REQUIRES: one of the two is set.
struct RollbackGoal {
  std::optional<absl::CivilDay> date;
  std::optional<Version> version;
};

// One version, as it was before the rollback or is after it.
struct RollbackState {
  Version version = 0;
  uint64_t member_count = 0;  // members with a value
};

// What a rollback did to a tag. A plain value.
struct TagRollback {
  std::string tag;
  bool published = false;        // false: the tag has that content already, and there is no new version
  absl::CivilDay business_date;  // of the tag, before and after
  RollbackState before, after;
  Version restored = 0;  // whose content the current version has
  absl::CivilDay restored_date;
};

// Publishes a new version with the tag's current business date and the content of the goal. Versions between
// the two are then reached only by number, and EVERYONE stays as it is. A rollback to a later version goes
// forward again. Waits for a load that is being committed; a load that is still fed builds on what it finds
// when it is committed. NOT_FOUND, kUnknownVersion: there is no such version. INVALID_ARGUMENT,
// kBeforeFirstVersion: no version has so early a date; the message names the first. FAILED_PRECONDITION,
// kRollbackRefused: the version has members whom a rollback of a load took back.
absl::StatusOr<TagRollback> RollBackTag(const HistoryParts& parts, const Tag& tag, const RollbackGoal& goal,
                                        const WorkBudget& budget);

}  // namespace muster::index

#endif  // MUSTER_INDEX_HISTORY_TAG_ROLLBACK_H_
