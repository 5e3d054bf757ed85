// An open load of an id list: takes batches of ids, then commits.
#ifndef MUSTER_INDEX_POPULATION_LIST_LOAD_H_
#define MUSTER_INDEX_POPULATION_LIST_LOAD_H_

#include <cstdint>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "index/concurrency/work_budget.h"
#include "index/lists/id_list_intake.h"
#include "index/population/open_loads.h"
#include "index/status/status_macros.h"

namespace muster::index {

// Not thread-safe. The destructor abandons a load that wasn't committed. Keeps its population open, which
// can't be dropped meanwhile.
class ListLoad {
 public:
  ListLoad(std::shared_ptr<const void> population, IdListIntake intake,
           std::unique_ptr<OpenLoads::Claim> claim)
      : population_(std::move(population)), claim_(std::move(claim)), intake_(std::move(intake)) {}

  // As IdListIntake::Feed; renews the load's lease. ABORTED, kLoadConflict, if another load of the list took
  // over or the lease expired.
  absl::Status Feed(const IdBatchView& batch) {
    RETURN_IF_ERROR(claim_->Check());
    RETURN_IF_ERROR(intake_.Feed(batch));
    return claim_->Check();  // the lease starts here again, however long the batch took
  }
  // As IdListIntake::Commit, and ABORTED as Feed. Call it once.
  absl::StatusOr<IdListResult> Commit(uint64_t ids, const WorkBudget& budget) {
    RETURN_IF_ERROR(claim_->BeginCommit());
    return intake_.Commit(ids, budget);
  }
  uint64_t HeldBytes() const { return intake_.HeldBytes(); }
  uint64_t BytesToFeed(const IdBatchView& batch) const { return intake_.BytesToFeed(batch); }
  uint64_t BytesToCommit() const { return intake_.BytesToCommit(); }

 private:
  const std::shared_ptr<const void> population_;  // destroyed last
  const std::unique_ptr<OpenLoads::Claim> claim_;
  IdListIntake intake_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_POPULATION_LIST_LOAD_H_
