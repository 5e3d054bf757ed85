#include "index/history/tag_history.h"

#include "index/catalog/names.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "text/quoted.h"
#include "text/sentence.h"

namespace muster::index {

absl::StatusOr<Tag> TagHistory::Find(std::string_view name) const {
  const absl::StatusOr<std::string> normal = NormalTagName(std::string(name));
  if (normal.ok()) {
    if (const auto known = parts_.catalogue.FindTag(*normal)) return known->tag;
  }
  return WithReason(absl::NotFoundError(Sentence("there is no tag ", Quoted(std::string(name)),
                                                 "; list the tags to see which there are")),
                    Reason::kUnknownTag);
}

absl::StatusOr<VersionPage> TagHistory::List(std::string_view tag, Version before, size_t most,
                                             WorkBudget& budget) const {
  ASSIGN_OR_RETURN(const Tag found, Find(tag));
  return ListVersions(parts_.versions.environment(), found.id, {before, most}, budget);
}

absl::StatusOr<VersionComparison> TagHistory::Compare(std::string_view tag, const VersionPair& pair,
                                                      size_t most_values, WorkBudget& budget) const {
  ASSIGN_OR_RETURN(const Tag found, Find(tag));
  return CompareVersions(parts_.versions, found, pair, most_values, budget);
}

absl::StatusOr<TagRollback> TagHistory::RollBack(std::string_view tag, const RollbackGoal& goal,
                                                 const WorkBudget& budget) {
  ASSIGN_OR_RETURN(const Tag found, Find(tag));
  return RollBackTag(parts_, found, goal, budget);
}

absl::StatusOr<LoadRollback> TagHistory::RollBackLoad(const std::string& label, LoadDirection direction,
                                                      const WorkBudget& budget) {
  return index::RollBackLoad(parts_, label, direction, budget);
}

}  // namespace muster::index
