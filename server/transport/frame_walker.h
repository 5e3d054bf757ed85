// Finds the frames of an HTTP/2 connection without parsing their payloads.
#ifndef MUSTER_SERVER_TRANSPORT_FRAME_WALKER_H_
#define MUSTER_SERVER_TRANSPORT_FRAME_WALKER_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace muster::server {

// RFC 9113, section 6.
inline constexpr uint8_t kFrameData = 0x0;
inline constexpr uint8_t kFrameHeaders = 0x1;
inline constexpr uint8_t kFrameResetStream = 0x3;
inline constexpr uint8_t kFrameSettings = 0x4;
inline constexpr uint8_t kFrameGoAway = 0x7;
inline constexpr uint8_t kFrameWindowUpdate = 0x8;
inline constexpr uint8_t kFrameContinuation = 0x9;
inline constexpr uint8_t kFlagEndStream = 0x1;
inline constexpr uint8_t kFlagEndHeaders = 0x4;
inline constexpr size_t kFrameHeaderBytes = 9;
inline constexpr size_t kClientPrefaceBytes = 24;  // the preface that a client sends before its first frame

// The fields of a frame header.
struct FrameHeader {
  uint32_t payload = 0;  // bytes of payload that follow
  uint8_t type = 0;
  uint8_t flags = 0;
  uint32_t stream = 0;  // 0: the connection itself
};

// Follows one direction of a connection through pieces of any length. Does no validation: bytes that are not
// HTTP/2 yield meaningless headers, and gRPC ends such a connection. Not thread-safe. A plain value.
class FrameWalker {
 public:
  // `preface`: the number of bytes before the first frame.
  explicit FrameWalker(size_t preface = 0) : skip_(preface) {}

  // Calls `visit` with the header of each frame whose header ends in the next `size` bytes. A header may be
  // split across calls.
  template <typename Visit>
  void Walk(const uint8_t* bytes, size_t size, Visit visit) {
    Walk(bytes, size, visit, [](const uint8_t*, size_t) {});
  }
  // Also calls `payload` with each piece of the payload that follows the header visited last.
  template <typename Visit, typename Payload>
  void Walk(const uint8_t* bytes, size_t size, Visit visit, Payload payload) {
    while (size > 0) {
      if (skip_ > 0) {
        const size_t skipped = static_cast<size_t>(std::min<uint64_t>(skip_, size));
        if (begun_) payload(bytes, skipped);
        skip_ -= skipped;
        bytes += skipped;
        size -= skipped;
        continue;
      }
      const size_t taken = std::min(kFrameHeaderBytes - held_, size);
      std::copy_n(bytes, taken, header_.begin() + static_cast<std::ptrdiff_t>(held_));
      held_ += taken;
      bytes += taken;
      size -= taken;
      if (held_ < kFrameHeaderBytes) return;
      const FrameHeader header = Decoded();
      held_ = 0;
      skip_ = header.payload;
      begun_ = true;
      visit(header);
    }
  }

  // Whether the last byte ended a frame, so that another frame may be inserted here.
  bool between_frames() const { return skip_ == 0 && held_ == 0; }

 private:
  FrameHeader Decoded() const {
    return {.payload = uint32_t{header_[0]} << 16 | uint32_t{header_[1]} << 8 | header_[2],
            .type = header_[3],
            .flags = header_[4],
            .stream = (uint32_t{header_[5]} << 24 | uint32_t{header_[6]} << 16 | uint32_t{header_[7]} << 8 |
                       header_[8]) &
                      0x7fffffffu};
  }

  uint64_t skip_;  // remaining bytes of the preface or of a payload
  std::array<uint8_t, kFrameHeaderBytes> header_ = {};
  size_t held_ = 0;     // bytes of header_
  bool begun_ = false;  // past the preface
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_TRANSPORT_FRAME_WALKER_H_
