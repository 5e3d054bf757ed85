// Limits how many long calls of one kind are open at once.
#ifndef MUSTER_SERVER_ADMISSION_CALL_LIMIT_H_
#define MUSTER_SERVER_ADMISSION_CALL_LIMIT_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "index/concurrency/mutex.h"

namespace muster::server {

// A call that stays open until its client ends it. Thread-safe. Shared, because CallLimit may query it while
// the call ends.
class HeldCall {
 public:
  virtual ~HeldCall() = default;
  // How long the call has been blocked on its client, which has a message to send or to read. Zero while the
  // call works.
  virtual absl::Duration blocked_for() const = 0;
  // Ends the call with `why` if it is blocked on its client. False: it is working or has ended.
  virtual bool End(const absl::Status& why) = 0;
};

// Limits the open calls of one kind (loads, member streams), because each holds memory. At the limit, a new
// call ends the one that has been blocked on its client longest, if that is kIdleBeforeEnd or more; otherwise
// the new call is refused. Thread-safe. Lifetime: outlives its tickets.
class CallLimit {
 public:
  // The least time for which a call must have been blocked on its client to be ended in favour of a new one.
  static constexpr absl::Duration kIdleBeforeEnd = absl::Seconds(5);

  // Holds one open call's place; frees it on destruction. Movable.
  class Ticket {
   public:
    Ticket() = default;
    Ticket(CallLimit* limit, uint64_t number) : limit_(limit), number_(number) {}
    Ticket(Ticket&& other) noexcept : limit_(std::exchange(other.limit_, nullptr)), number_(other.number_) {}
    Ticket& operator=(Ticket&& other) noexcept {
      std::swap(limit_, other.limit_);
      std::swap(number_, other.number_);
      return *this;
    }
    ~Ticket() {
      if (limit_ != nullptr) limit_->Leave(number_);
    }

   private:
    CallLimit* limit_ = nullptr;
    uint64_t number_ = 0;
  };

  // `what`: the kind of call in the plural, for messages ("loads").
  CallLimit(int limit, std::string what) : limit_(limit), what_(std::move(what)) {}

  // Takes a place for `call`; null: for a call that can't be ended. RESOURCE_EXHAUSTED at the limit.
  absl::StatusOr<Ticket> Enter(std::shared_ptr<HeldCall> call = nullptr);
  // Ends the calls that are blocked on their clients, with `why`; the others end by themselves.
  void EndWaiting(const absl::Status& why);
  int open() const;

 private:
  struct Place {
    std::shared_ptr<HeldCall> call;
    bool given_up = false;  // its call is ending, and a new call has its place
  };

  void Leave(uint64_t number);
  // Ends the call that has been blocked longest, to free its place. False: there is none to end.
  bool MakeRoom() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const int limit_;
  const std::string what_;
  mutable Mutex mutex_;
  std::map<uint64_t, Place> places_ ABSL_GUARDED_BY(mutex_);  // by number, so in order of arrival
  int given_up_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t last_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_ADMISSION_CALL_LIMIT_H_
