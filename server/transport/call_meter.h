// Tracks the calls and bytes in progress on one connection, by the frames that pass.
#ifndef MUSTER_SERVER_TRANSPORT_CALL_METER_H_
#define MUSTER_SERVER_TRANSPORT_CALL_METER_H_

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "absl/container/flat_hash_map.h"
#include "server/transport/frame_walker.h"
#include "server/transport/incoming_message.h"
#include "server/transport/reset_budget.h"

namespace muster::server {

// A call (an HTTP/2 stream) is in progress from its client's first HEADERS frame until either side resets it
// or the server ends it. gRPC's own limit applies only to clients that acknowledge its SETTINGS, and gRPC
// 1.51 does not limit resets, headers or half-sent messages at all, so the frames are counted here. Not
// thread-safe. A plain value.
class CallMeter {
 public:
  using Clock = std::chrono::steady_clock;

  // The effect of one piece of bytes on the connection's counts.
  struct Change {
    int calls = 0;       // calls begun minus calls ended
    bool begun = false;  // a call began
    bool spoke = false;  // frames of calls were seen, not only pings and settings
    int resets = 0;      // calls that the client reset
    int64_t held = 0;    // growth of held_bytes
  };

  // Process the bytes received from, or sent to, the client. In order, each byte exactly once.
  Change Received(const uint8_t* bytes, size_t size);
  Change Sent(const uint8_t* bytes, size_t size);

  size_t calls() const { return open_.size(); }
  // Bytes of the client's messages and headers that may be in memory, including gRPC's overhead.
  uint64_t held_bytes() const { return held_; }
  // When the oldest held bytes of any call arrived; the maximum time point when none are held.
  Clock::time_point HeldSince() const;
  // Whether the client resets calls faster than any legitimate use does: more than kResetsAtOnce, replenished
  // at kResetsPerSecond. The server may still work on a reset call for a moment, so that resets circumvent
  // the limit on calls.
  bool resets_too_fast() const { return resets_too_fast_; }
  // How many calls the client reset recently.
  double recent_resets() const { return resets_.taken(); }
  // Whether one call's headers exceed any legitimate size: gRPC keeps half-sent headers of any length.
  bool headers_too_long() const { return header_bytes_ > kMostHeaderBytes; }
  // Whether a frame may be written to the client now, between two frames of gRPC.
  bool may_interject() const { return out_.between_frames(); }

  // Generous for clients whose deadlines pass, or that drop each question for the next.
  static constexpr double kResetsAtOnce = 4'000;
  static constexpr double kResetsPerSecond = 1'000;
  // gRPC accepts 8 KiB, and answers somewhat larger headers with an error.
  static constexpr uint64_t kMostHeaderBytes = 256 << 10;
  // The overhead of a piece of a message: a slice of gRPC, which may be nearly all that keeps a block of read
  // bytes in memory.
  static constexpr uint64_t kPieceBytes = 64;
  static constexpr uint64_t kBlockBytes = 64 << 10;

 private:
  int End(uint32_t stream);
  void TakeFrame(const FrameHeader& frame, Change& change);
  void TakePayload(const uint8_t* bytes, size_t size);
  void SetHeaderBytes(uint64_t bytes);

  FrameWalker in_{kClientPrefaceBytes};
  FrameWalker out_;
  absl::flat_hash_map<uint32_t, IncomingMessage> open_;
  uint32_t last_ = 0;          // the greatest stream number that the client has opened
  FrameHeader frame_;          // the last one received
  uint64_t header_bytes_ = 0;  // of the headers under way
  uint64_t loose_bytes_ = 0;   // received since the last piece of a message, not counted elsewhere
  uint64_t held_ = 0;
  bool resets_too_fast_ = false;
  ResetBudget resets_{kResetsAtOnce, kResetsPerSecond};
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_TRANSPORT_CALL_METER_H_
