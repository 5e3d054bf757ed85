// How many long calls of one sort are open at once.
#ifndef MUSTER_SERVER_ADMISSION_CALL_LIMIT_H_
#define MUSTER_SERVER_ADMISSION_CALL_LIMIT_H_

#include <atomic>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"

namespace muster::server {

// Counts the open calls of one sort (loads, member streams) and refuses those over a limit: each holds memory
// for as long as its client likes. Thread-safe. Lifetime: outlives its tickets.
class CallLimit {
 public:
  // One open call; its end makes room. Movable.
  class Ticket {
   public:
    Ticket() = default;
    explicit Ticket(CallLimit* limit) : limit_(limit) {}
    Ticket(Ticket&& other) noexcept : limit_(std::exchange(other.limit_, nullptr)) {}
    Ticket& operator=(Ticket&& other) noexcept {
      std::swap(limit_, other.limit_);
      return *this;
    }
    ~Ticket() {
      if (limit_ != nullptr) limit_->open_.fetch_sub(1, std::memory_order_relaxed);
    }

   private:
    CallLimit* limit_ = nullptr;
  };

  // `what`: in the plural, for the message of a refusal: "loads".
  CallLimit(int limit, std::string what) : limit_(limit), what_(std::move(what)) {}

  // RESOURCE_EXHAUSTED when `limit` calls are open.
  absl::StatusOr<Ticket> Enter() {
    if (open_.fetch_add(1, std::memory_order_relaxed) < limit_) return Ticket(this);
    open_.fetch_sub(1, std::memory_order_relaxed);
    return absl::ResourceExhaustedError(absl::StrCat("The server is overloaded: ", limit_, " ", what_,
                                                     " are open already; try again when one has ended."));
  }
  int open() const { return open_.load(std::memory_order_relaxed); }

 private:
  const int limit_;
  const std::string what_;
  std::atomic<int> open_{0};
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_ADMISSION_CALL_LIMIT_H_
