// One budget of memory for all requests that are queued or being worked on.
#ifndef MUSTER_SERVER_ADMISSION_REQUEST_MEMORY_H_
#define MUSTER_SERVER_ADMISSION_REQUEST_MEMORY_H_

#include <atomic>
#include <cstdint>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace muster::server {

// Bounds the bytes of queued requests: the queues are bounded in length, but a thousand requests of 16 MiB
// would take 16 GiB. Records of loads are counted by LoadMemory instead. Thread-safe. Lifetime: outlives its
// shares.
class RequestMemory {
 public:
  // Requests of at most this many bytes are not counted: the queues' lengths bound them.
  static constexpr uint64_t kSmallBytes = 16 << 10;

  explicit RequestMemory(uint64_t budget_bytes) : budget_(budget_bytes) {}

  // The memory of one request, held until it is answered. Movable. Not thread-safe.
  class Share {
   public:
    Share() = default;
    ~Share() { GiveBack(); }
    Share(Share&& other) noexcept
        : memory_(std::exchange(other.memory_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
    Share& operator=(Share&& other) noexcept {
      std::swap(memory_, other.memory_);
      std::swap(bytes_, other.bytes_);
      return *this;
    }

    // RESOURCE_EXHAUSTED, one sentence, when the budget is used up. REQUIRES: the share holds nothing.
    absl::Status Take(RequestMemory& memory, uint64_t bytes) {
      if (bytes <= kSmallBytes) return absl::OkStatus();
      if (memory.held_.fetch_add(bytes) + bytes > memory.budget_) {
        memory.held_.fetch_sub(bytes);
        return absl::ResourceExhaustedError(
            absl::StrCat("The server is overloaded: the requests that wait may have ", memory.budget_ >> 20,
                         " MiB together, and this one has ", bytes, " bytes; try again in a moment."));
      }
      memory_ = &memory;
      bytes_ = bytes;
      return absl::OkStatus();
    }

   private:
    void GiveBack() {
      if (memory_ != nullptr) memory_->held_.fetch_sub(bytes_);
    }

    RequestMemory* memory_ = nullptr;
    uint64_t bytes_ = 0;
  };

  uint64_t held_bytes() const { return held_; }

 private:
  const uint64_t budget_;
  std::atomic<uint64_t> held_{0};
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_ADMISSION_REQUEST_MEMORY_H_
