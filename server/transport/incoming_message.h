// How much of what a call's client sent may lie in the server's memory.
#ifndef MUSTER_SERVER_TRANSPORT_INCOMING_MESSAGE_H_
#define MUSTER_SERVER_TRANSPORT_INCOMING_MESSAGE_H_

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace muster::server {

// The messages of one call, as they arrive: each has a prefix of five bytes, a flag and its length. gRPC
// keeps what came of a message until it is whole, and whole messages until they are asked for; when one is
// asked for, and all before it are taken, it grants the client more of the stream's window. So what it holds
// is at most what came of the message under way, or since the last grant. Not thread-safe. A plain value.
class IncomingMessage {
 public:
  using Clock = std::chrono::steady_clock;

  // Takes the next bytes of the call's messages; `weight`: what they cost, at least `size`.
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
  // The server granted the client more.
  void Granted() { since_grant_ = 0; }

  // Bytes, and what they cost.
  uint64_t held() const { return std::max(partial_, since_grant_); }
  // When the first of them came. REQUIRES: held() > 0.
  Clock::time_point began() const { return began_; }

 private:
  static constexpr uint8_t kPrefixBytes = 5;

  void BeginNext(size_t bytes_left) {
    partial_ = bytes_left;
    if (bytes_left > 0) began_ = Clock::now();
  }

  uint64_t partial_ = 0;      // of the message that is not whole yet
  uint64_t since_grant_ = 0;  // of all messages
  uint32_t length_ = 0;
  uint32_t left_ = 0;  // of the message's bytes behind the prefix
  uint8_t prefix_bytes_ = 0;
  Clock::time_point began_ = {};
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_TRANSPORT_INCOMING_MESSAGE_H_
