// The end of a load: takes its records, stages every tag and publishes them together.
#ifndef MUSTER_INDEX_LOADING_LOAD_COMMIT_H_
#define MUSTER_INDEX_LOADING_LOAD_COMMIT_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "index/concurrency/work_budget.h"
#include "index/loading/intake/record_intake.h"
#include "index/loading/load_target.h"
#include "index/loading/plan/load_plan.h"

namespace muster::index {

// As Load::Commit. After any error nothing is visible, and what was staged is swept.
absl::StatusOr<LoadResult> CommitLoad(const LoadTarget& target, LoadPlan plan, RecordIntake& intake,
                                      uint64_t records, const WorkBudget& budget);

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_LOAD_COMMIT_H_
