// How many calls one connection has under way, by the frames that pass.
#ifndef MUSTER_SERVER_TRANSPORT_CALL_METER_H_
#define MUSTER_SERVER_TRANSPORT_CALL_METER_H_

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "absl/container/flat_hash_set.h"
#include "server/transport/frame_walker.h"

namespace muster::server {

// A call (an HTTP/2 stream) is under way from its client's first HEADERS frame until either side resets it or
// the server ends it. gRPC's own limit counts only for clients that acknowledge its SETTINGS, and 1.51 bounds
// resets in no way; so the frames are counted here. Not thread-safe. A plain value.
class CallMeter {
 public:
  using Clock = std::chrono::steady_clock;

  // How the bytes of one piece changed the connection.
  struct Change {
    int calls = 0;       // calls begun minus calls ended
    bool begun = false;  // a call began
    bool spoke = false;  // there were frames of calls, not only pings and settings
  };

  // What the client sent; what was sent to it. In order, each exactly once.
  Change Received(const uint8_t* bytes, size_t size);
  Change Sent(const uint8_t* bytes, size_t size);

  size_t calls() const { return open_.size(); }
  // Whether the client resets calls faster than any use of it explains: kResetsAtOnce, and kResetsPerSecond
  // from then on. A call that its client gives up may still be at work for a moment, so that resetting gets
  // around the limit of calls.
  bool resets_too_fast() const { return resets_left_ < 0; }
  // Whether a frame may be written to the client now, between two of gRPC's.
  bool may_interject() const { return out_.between_frames(); }

  // Many a second, from a client whose deadlines pass or that drops each question for the next.
  static constexpr double kResetsAtOnce = 4'000;
  static constexpr double kResetsPerSecond = 1'000;

 private:
  int End(uint32_t stream) { return open_.erase(stream) > 0 ? -1 : 0; }
  void TakeReset();

  FrameWalker in_{kClientPrefaceBytes};
  FrameWalker out_;
  absl::flat_hash_set<uint32_t> open_;
  uint32_t last_ = 0;  // greatest stream that the client began
  double resets_left_ = kResetsAtOnce;
  Clock::time_point last_reset_ = {};
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_TRANSPORT_CALL_METER_H_
