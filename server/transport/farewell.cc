#include "server/transport/farewell.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "server/transport/frame_walker.h"

namespace muster::server {
namespace {

constexpr uint32_t kNoError = 0x0;  // RFC 9113, section 7
constexpr uint32_t kEnhanceYourCalm = 0xb;

std::string BigEndian(uint32_t number) {
  const uint32_t ordered = htonl(number);
  return std::string(reinterpret_cast<const char*>(&ordered), 4);
}

void Write(int socket, const std::string& bytes) {
  (void)!::send(socket, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
}

}  // namespace

void SayNoRoom(int socket, const std::string& why) {
  const std::string text = why + "\n";
  // Not a GOAWAY, because gRPC's client takes the connection for established before it, and then reconnects
  // at once and without end. It treats an answer of HTTP/1.1 as a failed connection, and reports its
  // status.
  Write(socket,
        absl::StrCat("HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nContent-Length: ",
                     text.size(), "\r\nConnection: close\r\n\r\n", text));
}

void SayGoAway(int socket, bool blames, const std::string& why) {
  const uint32_t payload = static_cast<uint32_t>(8 + why.size());
  std::string frame = BigEndian(payload).substr(1);
  frame += static_cast<char>(kFrameGoAway);
  frame += '\0';
  Write(socket,
        frame + BigEndian(0) + BigEndian(0x7fffffff) + BigEndian(blames ? kEnhanceYourCalm : kNoError) + why);
}

}  // namespace muster::server
