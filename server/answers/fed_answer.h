// An answer that is fed by a stream of messages: a load's, or an id list's.
#ifndef MUSTER_SERVER_ANSWERS_FED_ANSWER_H_
#define MUSTER_SERVER_ANSWERS_FED_ANSWER_H_

#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "server/answers/call_context.h"

namespace muster::server {

// Why a load ends whose client sent no commit: its stream ended, it was silent for as long as its lease, or
// it waited too long for memory that other loads hold.
absl::Status EndedWithoutCommit();
absl::Status SilentForItsLease(absl::Duration lease);
absl::Status WaitedTooLongForMemory(absl::Duration patience, uint64_t budget_bytes);

// Takes a stream's messages from the first one to the response. For one thread at a time. Without a commit,
// what was fed is abandoned when the answer ends.
class FedAnswer {
 public:
  // What a message leads to.
  enum class Next {
    kRead,      // the message was taken: read the next one
    kAnswered,  // response() is the answer: read no further message
    kWait,      // the reservation waits for memory: take the same message again when it has been granted
    kGoOn,      // take the same message again, when others have had their turn
  };
  // The memory of one answer, out of a budget that all loads share. Each size is the total in bytes: what the
  // answer holds, plus what the current message needs.
  class Reservation {
   public:
    virtual ~Reservation() = default;
    // True: the memory is granted. False: it will be granted later; another thread may have continued the
    // answer already, so the caller touches it no more.
    virtual absl::StatusOr<bool> TakeOrWait(uint64_t bytes) = 0;
    // Whether the memory is granted now; never waits. `fair`: only up to a fair share, the budget divided by
    // one more than the number of loads.
    virtual bool TryTake(uint64_t bytes, bool fair) = 0;
    // Returns to the budget what exceeds `bytes`, which the answer still holds.
    virtual void Settle(uint64_t bytes) = 0;
  };

  virtual ~FedAnswer() = default;

  // An empty message of the type that the stream carries.
  virtual std::unique_ptr<google::protobuf::Message> NewMessage() const = 0;
  // `message_bytes`: what the message takes while it is fed. REQUIRES: it is of NewMessage's type.
  virtual absl::StatusOr<Next> TakeMessage(const google::protobuf::Message& message, uint64_t message_bytes,
                                           const CallContext& call) = 0;
  // The stream ended, and there is no further message: OK when response() is the answer.
  virtual absl::Status TakeEnd(const CallContext&) { return EndedWithoutCommit(); }
  // Why the stream ends when it said nothing for so long.
  virtual absl::Status Silent(absl::Duration lease) const { return SilentForItsLease(lease); }
  // What is held in memory; 0 before the first message and after the end.
  virtual uint64_t HeldBytes() const = 0;
  virtual const google::protobuf::Message& response() const = 0;
  // Abandons what was not committed, so that others may load it, and tells the log how it ended.
  virtual void End(const absl::Status& status) = 0;
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_ANSWERS_FED_ANSWER_H_
