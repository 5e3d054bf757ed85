// The last step of a load: makes everything that it staged visible.
#ifndef MUSTER_INDEX_LOADING_LOAD_PUBLISHING_H_
#define MUSTER_INDEX_LOADING_LOAD_PUBLISHING_H_

#include <vector>

#include "absl/status/status.h"
#include "index/concurrency/work_budget.h"
#include "index/loading/load_staging.h"
#include "index/loading/load_target.h"
#include "index/loading/plan/load_dates.h"
#include "index/loading/plan/load_plan.h"
#include "index/versions/publishing/staged_batch.h"

namespace muster::index {

// A load that is staged. Borrowed for the call.
struct StagedLoad {
  LoadId load = 0;
  const LoadPlan& plan;
  const LoadParents& parents;
  const LoadStaging& staged;
  const std::vector<StagedItem>& held;  // staged items that are not written yet
};

// The plan's tags that the catalogue doesn't have.
std::vector<Tag> NewTagsOf(const LoadPlan& plan);

// Counts what members and tags have once the load is published, and the cells that it changes. Tags get no version.
// Of a tag that is published twice the current version counts. Cells only if
// `result` has some. REQUIRES: it has no tags.
void CountOutcome(const LoadPlan& plan, const LoadStaging& staged, LoadResult& result);

// Publishes the load, and completes `result`. In one transaction if it is small enough; otherwise most records
// are written ahead, and one small transaction shows them, whatever the load's size. After an error nothing is
// visible. REQUIRES: LoadOrder::publish, since `parents` was found.
absl::Status PublishLoad(const LoadTarget& target, const StagedLoad& load, LoadResult& result,
                         const WorkBudget& budget);

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_LOAD_PUBLISHING_H_
