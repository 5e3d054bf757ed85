#include "server/transport/listening.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "index/status/status_macros.h"

namespace muster::server {
namespace {

struct HostAndPort {
  std::string host;  // without brackets
  std::string port;
};

std::optional<HostAndPort> Split(const std::string& address) {
  const size_t colon = address.rfind(':');
  if (colon == std::string::npos || colon == 0) return std::nullopt;
  HostAndPort split{address.substr(0, colon), address.substr(colon + 1)};
  const bool bracketed = split.host.front() == '[';
  if (bracketed && split.host.back() != ']') return std::nullopt;
  if (bracketed) split.host = split.host.substr(1, split.host.size() - 2);
  if (!bracketed && absl::StrContains(split.host, ":")) return std::nullopt;
  int port = 0;
  if (split.host.empty() || !absl::SimpleAtoi(split.port, &port) || port < 0 || port > 65'535)
    return std::nullopt;
  return split;
}

bool IsLoopback(const std::string& host) {
  return host == "localhost" || host == "::1" ||
         (absl::StartsWith(host, "127.") && host.find_first_not_of("0123456789.") == std::string::npos);
}

struct FreeAddresses {
  void operator()(addrinfo* addresses) const { freeaddrinfo(addresses); }
};

// Opens a socket bound to `where`. Returns a negative error if that fails.
int BindTo(const addrinfo& where) {
  const int socket_fd =
      socket(where.ai_family, where.ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, where.ai_protocol);
  if (socket_fd < 0) return -errno;
  const int on = 1;
  // Allows a port that this server used a moment ago. SO_REUSEPORT, which would let two servers share a port,
  // is not set.
  setsockopt(socket_fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (where.ai_family == AF_INET6) {
    const bool any =
        IN6_IS_ADDR_UNSPECIFIED(&reinterpret_cast<const sockaddr_in6*>(where.ai_addr)->sin6_addr);
    const int six_only = any ? 0 : 1;
    setsockopt(socket_fd, IPPROTO_IPV6, IPV6_V6ONLY, &six_only, sizeof six_only);
  }
  if (bind(socket_fd, where.ai_addr, where.ai_addrlen) == 0) return socket_fd;
  const int error = errno;
  close(socket_fd);
  return -error;
}

int PortOf(int socket_fd) {
  sockaddr_storage bound = {};
  socklen_t size = sizeof bound;
  getsockname(socket_fd, reinterpret_cast<sockaddr*>(&bound), &size);
  return ntohs(bound.ss_family == AF_INET ? reinterpret_cast<const sockaddr_in&>(bound).sin_port
                                          : reinterpret_cast<const sockaddr_in6&>(bound).sin6_port);
}

void SetPort(addrinfo& where, int port) {
  const in_port_t ordered = htons(static_cast<uint16_t>(port));
  if (where.ai_family == AF_INET) reinterpret_cast<sockaddr_in*>(where.ai_addr)->sin_port = ordered;
  if (where.ai_family == AF_INET6) reinterpret_cast<sockaddr_in6*>(where.ai_addr)->sin6_port = ordered;
}

// Binds to every address of the list, all on the port that the first one got. Returns the negative error of
// the first that fails; addresses of a family that the machine lacks (no IPv6) are skipped as long as another
// works.
int BindToAll(addrinfo* addresses, std::vector<int>& sockets) {
  int missing = 0;
  for (addrinfo* where = addresses; where != nullptr; where = where->ai_next) {
    if (!sockets.empty()) SetPort(*where, PortOf(sockets.front()));
    const int socket_fd = BindTo(*where);
    if (socket_fd >= 0) {
      sockets.push_back(socket_fd);
    } else if (socket_fd == -EADDRNOTAVAIL || socket_fd == -EAFNOSUPPORT) {
      missing = socket_fd;
    } else {
      return socket_fd;
    }
  }
  return sockets.empty() ? missing : 0;
}

absl::Status CannotListen(const std::string& address, int error) {
  const std::string cannot = absl::StrCat("can't listen on ", address, ": ");
  if (error == EADDRINUSE) {
    return absl::UnavailableError(cannot +
                                  "another program has the port; stop it, or give another --listen.");
  }
  return absl::UnavailableError(absl::StrCat(cannot, std::strerror(error), "; give another --listen."));
}

// Who may connect is decided by the rights of the file.
absl::Status CheckSocketPath(const std::string& address, const std::string& path) {
  if (path.empty() || path.back() == '/' || absl::StrContains(path, std::string(1, '\0'))) {
    return absl::InvalidArgumentError(
        absl::StrCat("--listen `", address, "` names no file: write it like unix:/run/muster.sock."));
  }
  if (path.size() <= kSocketPathBytesMax) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("--listen ", address, " has a path of ", path.size(),
                                                 " bytes, and a socket's path has at most ",
                                                 kSocketPathBytesMax, ": give a shorter one."));
}

}  // namespace

absl::Status CheckListenAddress(const std::string& address, bool insecure) {
  if (const std::optional<std::string> path = SocketPathOf(address)) return CheckSocketPath(address, *path);
  const std::optional<HostAndPort> split = Split(address);
  if (!split.has_value()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--listen `", address,
        "` is not HOST:PORT with a port of 0 to 65535, or unix:PATH: write it like 127.0.0.1:7070, "
        "[::1]:7070 or unix:/run/muster.sock."));
  }
  if (insecure || IsLoopback(split->host)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "--listen ", address,
      " would serve other machines without TLS or tokens, so that anybody who reaches the port reads and "
      "changes "
      "everything: listen on 127.0.0.1, or add --insecure where the network itself is guarded."));
}

bool IsKnownHost(const std::string& host) {
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), nullptr, nullptr, &found) != 0) return false;
  freeaddrinfo(found);
  return true;
}

std::string WithKnownLoopback(const std::string& address, bool localhost_is_known) {
  const std::optional<HostAndPort> split = Split(address);
  if (!split.has_value() || split->host != "localhost" || localhost_is_known) return address;
  return absl::StrCat("127.0.0.1:", split->port);
}

ListeningSockets::ListeningSockets(ListeningSockets&& other) noexcept { *this = std::move(other); }

ListeningSockets& ListeningSockets::operator=(ListeningSockets&& other) noexcept {
  std::swap(sockets_, other.sockets_);
  std::swap(address_, other.address_);
  std::swap(file_, other.file_);
  return *this;
}

ListeningSockets::~ListeningSockets() { Close(); }

void ListeningSockets::Close() {
  file_ = SocketFile();
  for (const int socket_fd : sockets_) close(socket_fd);
  sockets_.clear();
}

absl::StatusOr<ListeningSockets> ListeningSockets::Open(const std::string& address) {
  ASSIGN_OR_RETURN(ListeningSockets sockets, Bind(address));
  RETURN_IF_ERROR(sockets.Listen());
  return sockets;
}

absl::Status ListeningSockets::Listen() {
  for (const int socket_fd : sockets_) {
    if (listen(socket_fd, SOMAXCONN) != 0) return CannotListen(address_, errno);
  }
  return absl::OkStatus();
}

absl::StatusOr<ListeningSockets> ListeningSockets::BindFile(const std::string& address,
                                                            const std::string& path) {
  ListeningSockets listening;
  int socket_fd = -1;
  absl::StatusOr<SocketFile> file = SocketFile::Bind(path, socket_fd);
  if (!file.ok()) {
    return absl::UnavailableError(absl::StrCat("can't listen on ", address, ": ", file.status().message()));
  }
  listening.file_ = *std::move(file);
  listening.sockets_.push_back(socket_fd);
  listening.address_ = address;
  return listening;
}

absl::StatusOr<ListeningSockets> ListeningSockets::Bind(const std::string& address) {
  if (const std::optional<std::string> path = SocketPathOf(address)) return BindFile(address, *path);
  const std::string cannot = absl::StrCat("can't listen on ", address, ": ");
  const std::optional<HostAndPort> split = Split(address);
  if (!split.has_value()) return absl::UnavailableError(cannot + "it is neither HOST:PORT nor unix:PATH.");
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(split->host.c_str(), split->port.c_str(), &hints, &found); error != 0) {
    return absl::UnavailableError(
        absl::StrCat(cannot, "the host is unknown here (", gai_strerror(error), "); give another --listen."));
  }
  const std::unique_ptr<addrinfo, FreeAddresses> owned(found);
  ListeningSockets listening;
  // A free port of one address may be taken on another; then another port is tried.
  constexpr int kTrials = 20;
  int error = 0;
  for (int trial = 0; trial < kTrials; ++trial) {
    listening.Close();
    error = BindToAll(found, listening.sockets_);
    if (error != -EADDRINUSE || split->port != "0") break;
    SetPort(*found, 0);
  }
  if (error != 0) return CannotListen(address, -error);
  listening.address_ =
      absl::StrCat(address.substr(0, address.rfind(':')), ":", PortOf(listening.sockets_.front()));
  return listening;
}

}  // namespace muster::server
