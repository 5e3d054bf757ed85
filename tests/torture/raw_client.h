// A client of HTTP/2 that keeps to no rule but the ones a test wants it to.
#ifndef MUSTER_TESTS_TORTURE_RAW_CLIENT_H_
#define MUSTER_TESTS_TORTURE_RAW_CLIENT_H_

#include <chrono>
#include <cstdint>
#include <string>

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
  explicit RawClient(const std::string& address);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool connected() const { return socket_ >= 0; }
  // False when the server has ended the connection, or reads nothing for 10 s. What it sends meanwhile is
  // read and kept.
  bool Send(const std::string& bytes);
  // Reads until what was read so far contains `text`, the connection ends, or the time is over. All that was
  // read.
  const std::string& ReadUntil(const std::string& text, std::chrono::milliseconds most);

 private:
  // Reads what is there. False at the end of the connection.
  bool Drain();

  int socket_ = -1;
  std::string read_;
};

}  // namespace muster::testing

#endif  // MUSTER_TESTS_TORTURE_RAW_CLIENT_H_
