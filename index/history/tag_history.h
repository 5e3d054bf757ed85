// The versions that a tag has had, and the way back to one of them (docs/semantics.md, rules 20 and 21).
#ifndef MUSTER_INDEX_HISTORY_TAG_HISTORY_H_
#define MUSTER_INDEX_HISTORY_TAG_HISTORY_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "index/catalog/tag.h"
#include "index/concurrency/work_budget.h"
#include "index/history/history_parts.h"
#include "index/history/load_rollback.h"
#include "index/history/tag_rollback.h"
#include "index/history/version_comparison.h"
#include "index/history/version_list.h"

namespace muster::index {

// All calls that name a tag: NOT_FOUND, kUnknownTag, when there is none of that name (any form of Unicode).
// Thread-safe. The parts outlive it.
class TagHistory {
 public:
  explicit TagHistory(HistoryParts parts) : parts_(std::move(parts)) {}

  // The latest first: at most `most` of those with numbers less than `before`; see version_list.h.
  absl::StatusOr<VersionPage> List(std::string_view tag, Version before, size_t most,
                                   WorkBudget& budget) const;
  // See version_comparison.h.
  absl::StatusOr<VersionComparison> Compare(std::string_view tag, const VersionPair& pair, size_t most_values,
                                            WorkBudget& budget) const;
  // See tag_rollback.h.
  absl::StatusOr<TagRollback> RollBack(std::string_view tag, const RollbackGoal& goal,
                                       const WorkBudget& budget);
  // See load_rollback.h.
  absl::StatusOr<LoadRollback> RollBackLoad(const std::string& label, LoadDirection direction,
                                            const WorkBudget& budget);

 private:
  absl::StatusOr<Tag> Find(std::string_view name) const;

  const HistoryParts parts_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_HISTORY_TAG_HISTORY_H_
