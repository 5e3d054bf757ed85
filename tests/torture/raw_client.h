// An HTTP/2 client that can break the rules of the protocol.
#ifndef MUSTER_TESTS_TORTURE_RAW_CLIENT_H_
#define MUSTER_TESTS_TORTURE_RAW_CLIENT_H_

#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "server/transport/frame_walker.h"

namespace muster::testing {

// One frame (RFC 9113, section 4.1).
std::string Http2Frame(uint8_t type, uint8_t flags, uint32_t stream, const std::string& payload = "");
// The HEADERS frame that begins a call of `path` ("/muster.v1.QueryService/CountMembers"), without
// END_STREAM; `encoding`: grpc-encoding, unless it is empty.
std::string CallHeaders(uint32_t stream, const std::string& path, const std::string& encoding = "");
// DATA frames with one gRPC message; END_STREAM on the last one.
std::string CallMessage(uint32_t stream, const std::string& message, bool compressed = false);
std::string ResetStream(uint32_t stream);

// One connection. Not thread-safe.
class RawClient {
 public:
  // Connects to HOST:PORT and sends the preface and empty SETTINGS. It never acknowledges the server's.
  // `from`: the address of this machine that it comes from, such as 127.0.0.2; empty: the usual one.
  explicit RawClient(const std::string& address, const std::string& from = "");
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool connected() const { return socket_ >= 0; }
  // False when the server has ended the connection, or reads nothing for 10 s. What it sends meanwhile is
  // read and kept.
  bool Send(const std::string& bytes);
  // Sends the first `bytes`, all zero, of a message of `length` bytes on a stream whose headers were sent, as
  // fast as the server's flow control lets it, in frames of `frame_bytes`. How many it sent before the server
  // ended the connection or granted nothing for `patience`.
  uint64_t SendPart(uint32_t stream, uint64_t length, uint64_t bytes, std::chrono::milliseconds patience,
                    size_t frame_bytes = 16'384);
  // Reads until what was read so far contains `text`, the connection ends, or the time is over. All that was
  // read.
  const std::string& ReadUntil(const std::string& text, std::chrono::milliseconds most);
  // Lets the server send as much as it likes.
  void GrantAll();
  // Reads until so many calls have ended, the connection ends, or the time is over.
  void ReadUntilEnded(int calls, std::chrono::milliseconds most);
  // Calls that the server has ended so far, and those of them, or still open, that it sent a message for.
  int ended() const { return ended_; }
  int answered() const { return static_cast<int>(answered_.size()); }

 private:
  // Reads what is there. False at the end of the connection.
  bool Drain();

  // Takes what the server grants out of what it sent.
  void TakeGrants(const char* bytes, size_t size);
  void TakeGrant();
  // How much may be sent on a stream now.
  int64_t WindowOf(uint32_t stream) const;

  int socket_ = -1;
  std::string read_;
  server::FrameWalker walker_;
  server::FrameHeader frame_;
  std::string payload_;
  int64_t connection_window_ = 65'535;  // RFC 9113, section 6.9.2
  int64_t initial_window_ = 65'535;
  std::map<uint32_t, int64_t> windows_;  // beside the initial one
  int ended_ = 0;
  std::set<uint32_t> answered_;
};

}  // namespace muster::testing

#endif  // MUSTER_TESTS_TORTURE_RAW_CLIENT_H_
