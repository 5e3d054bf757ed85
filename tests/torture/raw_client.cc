#include "tests/torture/raw_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"

namespace muster::testing {
namespace {

constexpr char kPreface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
constexpr size_t kMostPayload = 16'384;
constexpr size_t kMostKept = 1 << 20;

// A header field that is not to be indexed, with a new name (RFC 7541, section 6.2.2).
std::string Literal(const std::string& name, const std::string& value) {
  return std::string(1, '\0') + static_cast<char>(name.size()) + name + static_cast<char>(value.size()) +
         value;
}

}  // namespace

std::string Http2Frame(uint8_t type, uint8_t flags, uint32_t stream, const std::string& payload) {
  std::string frame;
  for (const int shift : {16, 8, 0}) frame += static_cast<char>(payload.size() >> shift);
  frame += static_cast<char>(type);
  frame += static_cast<char>(flags);
  for (const int shift : {24, 16, 8, 0}) frame += static_cast<char>(stream >> shift);
  return frame + payload;
}

std::string CallHeaders(uint32_t stream, const std::string& path, const std::string& encoding) {
  std::string fields = Literal(":method", "POST") + Literal(":scheme", "http") + Literal(":path", path) +
                       Literal(":authority", "x") + Literal("te", "trailers") +
                       Literal("content-type", "application/grpc");
  if (!encoding.empty()) fields += Literal("grpc-encoding", encoding);
  return Http2Frame(0x1, 0x4, stream, fields);
}

std::string CallMessage(uint32_t stream, const std::string& message, bool compressed) {
  std::string bytes(1, compressed ? '\1' : '\0');
  for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(message.size() >> shift);
  bytes += message;
  std::string frames;
  for (size_t at = 0; at < bytes.size(); at += kMostPayload) {
    const bool last = at + kMostPayload >= bytes.size();
    frames += Http2Frame(0x0, last ? 0x1 : 0x0, stream, bytes.substr(at, kMostPayload));
  }
  return frames;
}

std::string ResetStream(uint32_t stream) { return Http2Frame(0x3, 0, stream, std::string("\0\0\0\x08", 4)); }

RawClient::RawClient(const std::string& address) {
  const size_t colon = address.rfind(':');
  uint32_t port = 0;
  sockaddr_in where = {};
  where.sin_family = AF_INET;
  if (colon == std::string::npos || !absl::SimpleAtoi(address.substr(colon + 1), &port) ||
      inet_pton(AF_INET, address.substr(0, colon).c_str(), &where.sin_addr) != 1)
    return;
  where.sin_port = htons(static_cast<uint16_t>(port));
  socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(socket_, reinterpret_cast<sockaddr*>(&where), sizeof where) != 0) {
    close(socket_);
    socket_ = -1;
    return;
  }
  Send(kPreface + Http2Frame(0x4, 0, 0));
}

RawClient::~RawClient() {
  if (socket_ >= 0) close(socket_);
}

bool RawClient::Drain() {
  char buffer[65536];
  while (true) {
    const ssize_t got = recv(socket_, buffer, sizeof buffer, MSG_DONTWAIT);
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    if (got == 0) return false;
    if (read_.size() < kMostKept) read_.append(buffer, static_cast<size_t>(got));
  }
}

bool RawClient::Send(const std::string& bytes) {
  size_t sent = 0;
  while (sent < bytes.size()) {
    pollfd ready = {socket_, POLLIN | POLLOUT, 0};
    if (poll(&ready, 1, 10'000) != 1) return false;
    if ((ready.revents & POLLIN) != 0 && !Drain()) return false;
    if ((ready.revents & POLLOUT) == 0) continue;
    const ssize_t put = send(socket_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (put < 0 && errno != EAGAIN) return false;
    if (put > 0) sent += static_cast<size_t>(put);
  }
  return true;
}

const std::string& RawClient::ReadUntil(const std::string& text, std::chrono::milliseconds most) {
  const auto end = std::chrono::steady_clock::now() + most;
  while (Drain() && !absl::StrContains(read_, text)) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) break;
    pollfd ready = {socket_, POLLIN, 0};
    poll(&ready, 1, static_cast<int>(left.count()));
  }
  return read_;
}

}  // namespace muster::testing
