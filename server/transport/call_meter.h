// What one connection has under way, by the frames that pass.
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

// A call (an HTTP/2 stream) is under way from its client's first HEADERS frame until either side resets it or
// the server ends it. gRPC's own limit counts only for clients that acknowledge its SETTINGS, and 1.51 bounds
// resets, headers and messages that are half sent in no way; so the frames are counted here. Not thread-safe.
// A plain value.
class CallMeter {
 public:
  using Clock = std::chrono::steady_clock;

  // How the bytes of one piece changed the connection.
  struct Change {
    int calls = 0;       // calls begun minus calls ended
    bool begun = false;  // a call began
    bool spoke = false;  // there were frames of calls, not only pings and settings
    int resets = 0;      // calls that the client reset
    int64_t held = 0;    // by how much held_bytes grew
  };

  // What the client sent; what was sent to it. In order, each exactly once.
  Change Received(const uint8_t* bytes, size_t size);
  Change Sent(const uint8_t* bytes, size_t size);

  size_t calls() const { return open_.size(); }
  // What of the client's messages and headers may lie in memory, with what gRPC needs to keep it.
  uint64_t held_bytes() const { return held_; }
  // When the oldest of the calls' bytes came that are held; the end of time when there are none.
  Clock::time_point HeldSince() const;
  // Whether the client resets calls faster than any use of it explains: kResetsAtOnce, and kResetsPerSecond
  // from then on. A call that its client gives up may still be at work for a moment, so that resetting gets
  // around the limit of calls.
  bool resets_too_fast() const { return resets_too_fast_; }
  // How many calls it reset lately.
  double recent_resets() const { return resets_.taken(); }
  // Whether the headers of one call are longer than any client's: gRPC keeps a half-sent one of any length.
  bool headers_too_long() const { return header_bytes_ > kMostHeaderBytes; }
  // Whether a frame may be written to the client now, between two of gRPC's.
  bool may_interject() const { return out_.between_frames(); }

  // Many a second, from a client whose deadlines pass or that drops each question for the next.
  static constexpr double kResetsAtOnce = 4'000;
  static constexpr double kResetsPerSecond = 1'000;
  // gRPC takes 8 KiB, and answers to somewhat more that there was too much.
  static constexpr uint64_t kMostHeaderBytes = 256 << 10;
  // What a piece of a message costs beside its bytes: a slice of gRPC's, which may be as good as all that
  // keeps a block of what was read in memory.
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
  uint32_t last_ = 0;          // greatest stream that the client began
  FrameHeader frame_;          // the last one received
  uint64_t header_bytes_ = 0;  // of the headers under way
  uint64_t loose_bytes_ = 0;   // received since the last piece of a message, and held by nothing else
  uint64_t held_ = 0;
  bool resets_too_fast_ = false;
  ResetBudget resets_{kResetsAtOnce, kResetsPerSecond};
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_TRANSPORT_CALL_METER_H_
