// How many long calls of one sort are open at once.
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

// A call that stays open as long as its client likes. Thread-safe; shared, because it may be asked while its
// call ends.
class HeldCall {
 public:
  virtual ~HeldCall() = default;
  // How long it has been waiting for its client: to send the next message, or to take the last one. Zero
  // while it works.
  virtual absl::Duration waits() const = 0;
  // Ends the call with `why` if it still waits for its client. False: it works, or has ended.
  virtual bool End(const absl::Status& why) = 0;
};

// Counts the open calls of one sort (loads, member streams), for each holds memory. Over the limit, the call
// that has waited longest for its client gives up its place, if that is kMostIdle or more; else the new one
// is refused. Thread-safe. Lifetime: outlives its tickets.
class CallLimit {
 public:
  // How long a client may let its call wait while another call needs the place.
  static constexpr absl::Duration kMostIdle = absl::Seconds(5);

  // One open call; its end makes room. Movable.
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

  // `what`: in the plural, for messages: "loads".
  CallLimit(int limit, std::string what) : limit_(limit), what_(std::move(what)) {}

  // A place for `call`; null: one that never gives it up. RESOURCE_EXHAUSTED when there is none.
  absl::StatusOr<Ticket> Enter(std::shared_ptr<HeldCall> call = nullptr);
  // Ends those that wait for their clients, with `why`; the others end by themselves.
  void EndWaiting(const absl::Status& why);
  int open() const;

 private:
  struct Place {
    std::shared_ptr<HeldCall> call;
    bool given_up = false;  // its call ends, and another has its place
  };

  void Leave(uint64_t number);
  // Whether a call gave up its place.
  bool MakeRoom() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const int limit_;
  const std::string what_;
  mutable Mutex mutex_;
  std::map<uint64_t, Place> places_ ABSL_GUARDED_BY(mutex_);  // by the order in which they came
  int given_up_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t last_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_ADMISSION_CALL_LIMIT_H_
