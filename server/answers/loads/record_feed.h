// The memory of a load's records while they are fed and committed.
#ifndef MUSTER_SERVER_ANSWERS_LOADS_RECORD_FEED_H_
#define MUSTER_SERVER_ANSWERS_LOADS_RECORD_FEED_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "index/population/load.h"
#include "server/answers/fed_answer.h"

namespace muster::server {

// Takes memory out of the budget of all loads for each step of one load, and moves its records to the disk rather than
// wait for memory. False: the step waits, as FedAnswer::Reservation::TakeOrWait says. Borrowed references; for one
// thread at a time.
class RecordFeed {
 public:
  explicit RecordFeed(FedAnswer::Reservation& memory) : memory_(memory) {}

  // Feeds the batch. `message_bytes`: what its message takes meanwhile.
  absl::StatusOr<bool> Feed(index::Load& load, const index::RecordBatchView& batch, uint64_t message_bytes);
  // Takes what the commit needs. Called again once the memory is there.
  absl::StatusOr<bool> TakeToCommit(index::Load& load);

 private:
  // Takes as much of what the commit can use as there is now; false: not the least that it needs.
  bool TryTakeToCommit(index::Load& load);
  // Moves the records to the disk, and gives their memory back.
  absl::Status Spill(index::Load& load);

  FedAnswer::Reservation& memory_;
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_ANSWERS_LOADS_RECORD_FEED_H_
