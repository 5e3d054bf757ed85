// LoadRecords: takes the messages of one load in order and answers them.
#ifndef MUSTER_SERVER_ANSWERS_LOAD_ANSWER_H_
#define MUSTER_SERVER_ANSWERS_LOAD_ANSWER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "index/population/load.h"
#include "muster/v1/load_service.pb.h"
#include "server/answers/answer_context.h"
#include "server/answers/call_context.h"
#include "server/log/event_log.h"

namespace muster::server {

// One load, from its spec to its result. Not thread-safe. Any end other than a commit abandons the fed
// records.
class LoadAnswer {
 public:
  // What the stream does after a message.
  enum class Next {
    kRead,      // read the next message
    kAnswered,  // response() is the answer; no further message is taken
    kWait,      // the reservation isn't granted: take the same message again, on whichever thread resumes the
                // load
  };
  // Reserves memory: `bytes` is the load's total, including the message to take. True: reserved. False: not
  // yet, and another thread may already be using the load.
  using Reservation = std::function<absl::StatusOr<bool>(uint64_t bytes)>;

  // The context outlives this object.
  LoadAnswer(const AnswerContext& context, const Principal& principal, Reservation reserve);

  // `message_bytes`: the memory that the message takes while it is fed.
  absl::StatusOr<Next> Take(const v1::LoadRecordsRequest& message, uint64_t message_bytes,
                            const CallContext& call);
  // The memory that the load holds, in bytes; 0 before its spec and after its end.
  uint64_t HeldBytes() const;
  const v1::LoadRecordsResponse& response() const { return response_; }
  // Abandons what was not committed, which releases its tags, and logs how the load ended.
  void End(const absl::Status& status);

 private:
  absl::StatusOr<Next> Begin(const v1::LoadSpec& spec);
  absl::StatusOr<Next> Feed(const v1::RecordBatch& batch, uint64_t message_bytes);
  absl::StatusOr<Next> Commit(const v1::LoadCommit& commit, const WorkBudget& budget);
  Next Answer(const index::LoadResult& result);

  const AnswerContext& context_;
  const Reservation reserve_;
  const absl::Time began_;
  std::unique_ptr<index::Load> load_;  // from the spec to the end
  size_t tags_ = 0;                    // of the spec
  LoadEvent event_;                    // for the log
  std::string state_;                  // of a load that ended successfully
  v1::LoadRecordsResponse response_;
};

// The status of a load that ended without a commit: its stream ended, it was silent for as long as its lease,
// or it waited too long for memory held by other loads.
absl::Status EndedWithoutCommit();
absl::Status SilentForItsLease(absl::Duration lease);
absl::Status WaitedTooLongForMemory(absl::Duration patience, uint64_t budget_bytes);

}  // namespace muster::server

#endif  // MUSTER_SERVER_ANSWERS_LOAD_ANSWER_H_
