// Whose turn it is to stage for a tag, among loads that wait for each other.
#ifndef MUSTER_INDEX_LOADING_TAG_TURNS_H_
#define MUSTER_INDEX_LOADING_TAG_TURNS_H_

#include <list>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "index/concurrency/mutex.h"
#include "index/concurrency/work_budget.h"

namespace muster::index {

// First come, first served: a load's turn comes when no load that came before it has or wants one of its tags.
// So turns can't wait for each other in a circle. Thread-safe; outlives its turns.
class TagTurns {
 public:
  // Ends when it is destroyed.
  class Turn {
   public:
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    friend class TagTurns;
    using Place = std::list<std::vector<std::string>>::const_iterator;
    Turn(TagTurns& turns, Place place) : turns_(turns), place_(place) {}
    TagTurns& turns_;
    const Place place_;
  };

  // Waits for the turn of these tags, as long as the budget allows: errors of the budget.
  absl::StatusOr<std::unique_ptr<Turn>> Take(std::vector<std::string> tags, const WorkBudget& budget)
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  bool MustWait(Turn::Place place) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Mutex mutex_;
  CondVar ended_;
  // The tags of each load that has a turn or waits, in the order in which they came.
  std::list<std::vector<std::string>> loads_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_TAG_TURNS_H_
