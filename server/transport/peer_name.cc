#include "server/transport/peer_name.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "absl/strings/str_cat.h"

namespace muster::server {

namespace {

// The process that connected; 0 if it can't be known, as one of another container.
pid_t ProcessOf(int socket) {
  ucred process = {};
  socklen_t size = sizeof process;
  return getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &process, &size) == 0 ? process.pid : 0;
}

}  // namespace

std::string SharerOf(int socket, const sockaddr_storage& peer) {
  if (peer.ss_family == AF_UNIX) return absl::StrCat("process ", ProcessOf(socket));
  if (peer.ss_family == AF_INET) {
    const auto& address = reinterpret_cast<const sockaddr_in&>(peer);
    return std::string(reinterpret_cast<const char*>(&address.sin_addr), sizeof address.sin_addr);
  }
  const auto& address = reinterpret_cast<const sockaddr_in6&>(peer).sin6_addr;
  const char* const bytes = reinterpret_cast<const char*>(&address);
  if (IN6_IS_ADDR_V4MAPPED(&address)) return std::string(bytes + 12, 4);
  return std::string(bytes, 8);
}

std::string PeerName(int socket, const sockaddr_storage& peer) {
  if (peer.ss_family == AF_UNIX) return absl::StrCat("process ", ProcessOf(socket));
  char text[INET6_ADDRSTRLEN] = "?";
  const bool v4 = peer.ss_family == AF_INET;
  const void* const address =
      v4 ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in&>(peer).sin_addr)
         : &reinterpret_cast<const sockaddr_in6&>(peer).sin6_addr;
  inet_ntop(peer.ss_family, address, text, sizeof text);
  const int port = ntohs(v4 ? reinterpret_cast<const sockaddr_in&>(peer).sin_port
                            : reinterpret_cast<const sockaddr_in6&>(peer).sin6_port);
  return v4 ? absl::StrCat(text, ":", port) : absl::StrCat("[", text, "]:", port);
}

}  // namespace muster::server
