// Rolls back a whole load, and forward again.
#ifndef MUSTER_INDEX_HISTORY_LOAD_ROLLBACK_H_
#define MUSTER_INDEX_HISTORY_LOAD_ROLLBACK_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "index/catalog/records.pb.h"
#include "index/concurrency/work_budget.h"
#include "index/history/history_parts.h"
#include "index/history/tag_rollback.h"

namespace muster::index {

enum class LoadDirection : uint8_t { kBack, kForward };

// A plain value.
struct LoadRollback {
  std::string label;
  bool published = false;  // false: it is rolled back already, or was not rolled back
  // The tags that changed, in the order of the load.
  std::vector<TagRollback> tags;
  std::vector<std::string> unchanged_tags;  // those that have that content already
  uint64_t members_before = 0;              // of the population
  uint64_t members_after = 0;
};

// Back: every tag of the load gets the content of the version that its date had before the load, all in one
// publication. Members who joined by the load are taken back if no other load was published after it; only
// then is it known that no other load named them. FAILED_PRECONDITION, kRollbackRefused, one sentence that
// says what to do instead: a tag has a later version; the load went into history; it was the first load of a
// tag; it brought members, or earlier first dates, and others were published after it.
//
// Forward: the tags and members of a load that was rolled back get its content again. kRollbackRefused:
// something was published since. NOT_FOUND, kUnknownLoad.
absl::StatusOr<LoadRollback> RollBackLoad(const HistoryParts& parts, const std::string& label,
                                          LoadDirection direction, const WorkBudget& budget);

// The tags of a load whose versions were rolled back and not brought forward again, by the load's own order.
absl::StatusOr<std::vector<std::string>> RolledBackTags(const Transaction& view, const Catalogue& catalogue,
                                                        const records::LoadRecord& load);

}  // namespace muster::index

#endif  // MUSTER_INDEX_HISTORY_LOAD_ROLLBACK_H_
