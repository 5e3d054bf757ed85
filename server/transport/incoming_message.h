// Bounds how much of what a call's client sent may be held in the server's memory.
#ifndef MUSTER_SERVER_TRANSPORT_INCOMING_MESSAGE_H_
#define MUSTER_SERVER_TRANSPORT_INCOMING_MESSAGE_H_

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace muster::server {

// The messages of one call, as they arrive. Each has a prefix of five bytes: a flag and its length. gRPC
// keeps the bytes of a message until it is complete, and complete messages until they are read; when one is
// read and no other is queued, it extends the client's window. So gRPC holds at most the bytes of the
// incomplete message, or those received since the last extension. Not thread-safe. A plain value.
class IncomingMessage {
 public:
  using Clock = std::chrono::steady_clock;

  // Processes the next bytes of the call's messages. `weight`: their cost in memory, at least `size`.
  void Take(const uint8_t* bytes, size_t size, uint64_t weight) {
    if (held() == 0) began_ = Clock::now();
    partial_ += weight;
    since_grant_ += weight;
    while (size > 0) {
      if (left_ == 0) {
        length_ = length_ << 8 | *bytes;  // the flag is shifted out
        ++bytes;
        --size;
        if (++prefix_bytes_ < kPrefixBytes) continue;
        prefix_bytes_ = 0;
        left_ = length_;
      } else {
        const size_t taken = std::min<size_t>(left_, size);
        left_ -= static_cast<uint32_t>(taken);
        bytes += taken;
        size -= taken;
      }
      if (left_ == 0) BeginNext(size);
    }
  }
  // The server extended the client's window.
  void Granted() { since_grant_ = 0; }

  // An upper bound of the bytes held, including overhead.
  uint64_t held() const { return std::max(partial_, since_grant_); }
  // When the first of them arrived. REQUIRES: held() > 0.
  Clock::time_point began() const { return began_; }

 private:
  static constexpr uint8_t kPrefixBytes = 5;

  void BeginNext(size_t bytes_left) {
    partial_ = bytes_left;
    if (bytes_left > 0) began_ = Clock::now();
  }

  uint64_t partial_ = 0;      // of the incomplete message
  uint64_t since_grant_ = 0;  // of all messages
  uint32_t length_ = 0;
  uint32_t left_ = 0;  // remaining bytes of the message after the prefix
  uint8_t prefix_bytes_ = 0;
  Clock::time_point began_ = {};
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_TRANSPORT_INCOMING_MESSAGE_H_
