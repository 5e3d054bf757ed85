// LoadRecords: one load's messages, in their order, to its answer.
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

// A load from its spec to its result. For one thread at a time. Whatever ends it but a commit abandons what
// was fed.
class LoadAnswer {
 public:
  // What a message leads to.
  enum class Next {
    kRead,      // the next message is to be taken
    kAnswered,  // response() is the answer, and no further message is
    kWait,      // the reservation said so: the same message is to be taken again, by whoever goes on with the
                // load
  };
  // Asked for the memory, in bytes and in all, that a message needs beside what is held. True: it is there.
  // False: it isn't yet, and the load may belong to another thread already.
  using Reservation = std::function<absl::StatusOr<bool>(uint64_t bytes)>;

  // The context outlives it.
  LoadAnswer(const AnswerContext& context, const Principal& principal, Reservation reserve);

  // `message_bytes`: what the message takes while it is fed.
  absl::StatusOr<Next> Take(const v1::LoadRecordsRequest& message, uint64_t message_bytes,
                            const CallContext& call);
  // What the load holds in memory; 0 before its spec and after its end.
  uint64_t HeldBytes() const;
  const v1::LoadRecordsResponse& response() const { return response_; }
  // Abandons what was not committed, so that its tags are free, and tells the log how the load ended.
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
  LoadEvent event_;                    // what the log says of it
  std::string state_;                  // of a load that ended well
  v1::LoadRecordsResponse response_;
};

// Why a load ends whose client sent no commit: its stream ended, it was silent for as long as its lease, or
// it waited too long for memory that other loads hold.
absl::Status EndedWithoutCommit();
absl::Status SilentForItsLease(absl::Duration lease);
absl::Status WaitedTooLongForMemory(absl::Duration patience, uint64_t budget_bytes);

}  // namespace muster::server

#endif  // MUSTER_SERVER_ANSWERS_LOAD_ANSWER_H_
