// The end of a load: takes its records, stages every tag and publishes them together.
#ifndef MUSTER_INDEX_LOADING_LOAD_COMMIT_H_
#define MUSTER_INDEX_LOADING_LOAD_COMMIT_H_

#include <cstdint>
#include <functional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "index/catalog/catalogue.h"
#include "index/concurrency/mutex.h"
#include "index/concurrency/work_budget.h"
#include "index/dictionary/member_dictionary.h"
#include "index/loading/intake/record_intake.h"
#include "index/loading/plan/load_plan.h"
#include "index/storage/writer_queue.h"
#include "index/versions/versions.h"

namespace muster::index {

// The population that a load changes. Borrowed for the call.
struct LoadTarget {
  PopulationInfo population;  // as it will be once the load is published: visible
  Catalogue& catalogue;
  MemberDictionary& members;
  Versions& versions;
  WriterQueue& writer;  // of the `index` environment
  // Held from reading the parents to publishing: loads are fed concurrently but staged one after another, so
  // that two that add the same member don't undo each other.
  Mutex& publish_mutex;
  std::function<absl::Time()> clock;
};

// As Load::Commit. After any error nothing is visible, and what was staged is swept.
absl::StatusOr<LoadResult> CommitLoad(const LoadTarget& target, LoadPlan plan, RecordIntake& intake,
                                      uint64_t records, const WorkBudget& budget);

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_LOAD_COMMIT_H_
