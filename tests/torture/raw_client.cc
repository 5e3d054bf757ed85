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

RawClient::RawClient(const std::string& address, const std::string& from) {
  const size_t colon = address.rfind(':');
  uint32_t port = 0;
  sockaddr_in where = {};
  where.sin_family = AF_INET;
  if (colon == std::string::npos || !absl::SimpleAtoi(address.substr(colon + 1), &port) ||
      inet_pton(AF_INET, address.substr(0, colon).c_str(), &where.sin_addr) != 1)
    return;
  where.sin_port = htons(static_cast<uint16_t>(port));
  socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in here = {};
  here.sin_family = AF_INET;
  if (!from.empty() && (inet_pton(AF_INET, from.c_str(), &here.sin_addr) != 1 ||
                        bind(socket_, reinterpret_cast<sockaddr*>(&here), sizeof here) != 0)) {
    close(socket_);
    socket_ = -1;
    return;
  }
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
    TakeGrants(buffer, static_cast<size_t>(got));
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

void RawClient::TakeGrants(const char* bytes, size_t size) {
  walker_.Walk(
      reinterpret_cast<const uint8_t*>(bytes), size,
      [this](const server::FrameHeader& frame) {
        frame_ = frame;
        payload_.clear();
        const bool of_a_call = frame.type == server::kFrameHeaders || frame.type == server::kFrameData;
        if (frame.type == server::kFrameData && frame.payload > 0) answered_.insert(frame.stream);
        if (frame.type == server::kFrameResetStream ||
            (of_a_call && (frame.flags & server::kFlagEndStream) != 0))
          ++ended_;
      },
      [this](const uint8_t* piece, size_t length) {
        payload_.append(reinterpret_cast<const char*>(piece), length);
        if (payload_.size() == frame_.payload) TakeGrant();
      });
}

void RawClient::TakeGrant() {
  const auto number = [this](size_t at) {
    uint32_t read = 0;
    for (size_t i = at; i < at + 4; ++i) read = read << 8 | static_cast<uint8_t>(payload_[i]);
    return static_cast<int64_t>(read);
  };
  if (frame_.type == server::kFrameWindowUpdate && payload_.size() == 4) {
    (frame_.stream == 0 ? connection_window_ : windows_[frame_.stream]) += number(0);
  } else if (frame_.type == server::kFrameSettings) {
    constexpr char kInitialWindowSize = 4;
    for (size_t at = 0; at + 6 <= payload_.size(); at += 6) {
      if (payload_[at + 1] == kInitialWindowSize) initial_window_ = number(at + 2);
    }
  }
}

int64_t RawClient::WindowOf(uint32_t stream) const {
  const auto window = windows_.find(stream);
  return std::min(connection_window_, initial_window_ + (window == windows_.end() ? 0 : window->second));
}

uint64_t RawClient::SendPart(uint32_t stream, uint64_t length, uint64_t bytes,
                             std::chrono::milliseconds patience, size_t frame_bytes) {
  std::string prefix(1, '\0');
  for (const int shift : {24, 16, 8, 0}) prefix += static_cast<char>(length >> shift);
  uint64_t sent = 0;
  while (sent < bytes) {
    if (!Drain()) return sent;
    const int64_t window = WindowOf(stream) - static_cast<int64_t>(prefix.size());
    if (window <= 0) {
      pollfd ready = {socket_, POLLIN, 0};
      if (poll(&ready, 1, static_cast<int>(patience.count())) != 1) return sent;
      continue;
    }
    std::string frames;
    uint64_t more = std::min<uint64_t>({bytes - sent, static_cast<uint64_t>(window), 65'536});
    for (sent += more; more > 0 || !prefix.empty();) {
      const size_t piece =
          static_cast<size_t>(std::min<uint64_t>(more, frame_bytes - prefix.size() % frame_bytes));
      const std::string payload = prefix + std::string(piece, '\0');
      frames += Http2Frame(server::kFrameData, 0, stream, payload);
      windows_[stream] -= static_cast<int64_t>(payload.size());
      connection_window_ -= static_cast<int64_t>(payload.size());
      prefix.clear();
      more -= piece;
    }
    if (!Send(frames)) return sent;
  }
  return sent;
}

void RawClient::GrantAll() {
  Send(Http2Frame(server::kFrameWindowUpdate, 0, 0, std::string("\x3f\xff\x00\x00", 4)));
}

void RawClient::ReadUntilEnded(int calls, std::chrono::milliseconds most) {
  const auto end = std::chrono::steady_clock::now() + most;
  while (Drain() && ended_ < calls) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) return;
    pollfd ready = {socket_, POLLIN, 0};
    poll(&ready, 1, static_cast<int>(left.count()));
  }
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
