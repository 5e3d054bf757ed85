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

// From a stream's first message to its response. For one thread at a time. Whatever ends it but a commit
// abandons what was fed.
class FedAnswer {
 public:
  // What a message leads to.
  enum class Next {
    kRead,      // the next message is to be taken
    kAnswered,  // response() is the answer, and no further message is
    kWait,      // the reservation said so: the same message is to be taken again, by the thread that then has
                // the answer
  };
  // The memory of one answer, out of a budget that all loads share. Sizes are in bytes and in all: what is held
  // and what a message needs beside it.
  class Reservation {
   public:
    virtual ~Reservation() = default;
    // True: so much is there. False: it isn't yet, and the answer may belong to another thread already.
    virtual absl::StatusOr<bool> TakeOrWait(uint64_t bytes) = 0;
    // Whether so much is there now. `fair`: and is no more than what leaves as much to each other load, and
    // once more to a load that may come.
    virtual bool TryTake(uint64_t bytes, bool fair) = 0;
    // Gives back all but `bytes`, which are held.
    virtual void Settle(uint64_t bytes) = 0;
  };

  virtual ~FedAnswer() = default;

  // For the stream to parse one into.
  virtual std::unique_ptr<google::protobuf::Message> NewMessage() const = 0;
  // `message_bytes`: what the message takes while it is fed. REQUIRES: it is of NewMessage's type.
  virtual absl::StatusOr<Next> TakeMessage(const google::protobuf::Message& message, uint64_t message_bytes,
                                           const CallContext& call) = 0;
  // What is held in memory; 0 before the first message and after the end.
  virtual uint64_t HeldBytes() const = 0;
  virtual const google::protobuf::Message& response() const = 0;
  // Abandons what was not committed, so that others may load it, and tells the log how it ended.
  virtual void End(const absl::Status& status) = 0;
};

// Why a load ends whose client sent no commit: its stream ended, it was silent for as long as its lease, or
// it waited too long for memory that other loads hold.
absl::Status EndedWithoutCommit();
absl::Status SilentForItsLease(absl::Duration lease);
absl::Status WaitedTooLongForMemory(absl::Duration patience, uint64_t budget_bytes);

}  // namespace muster::server

#endif  // MUSTER_SERVER_ANSWERS_FED_ANSWER_H_
