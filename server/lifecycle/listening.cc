#include "server/lifecycle/listening.h"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

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

// The error of binding a socket to `where`, or 0.
int BindError(const addrinfo& where) {
  const int socket_fd = socket(where.ai_family, where.ai_socktype, where.ai_protocol);
  if (socket_fd < 0) return errno;
  const int on = 1;
  setsockopt(socket_fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  int error = bind(socket_fd, where.ai_addr, where.ai_addrlen) == 0 ? 0 : errno;
  if (error == 0 && listen(socket_fd, 1) != 0) error = errno;
  close(socket_fd);
  return error;
}

}  // namespace

absl::Status CheckListenAddress(const std::string& address, bool insecure) {
  const std::optional<HostAndPort> split = Split(address);
  if (!split.has_value()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--listen `", address,
        "` is not HOST:PORT with a port of 0 to 65535: write it like 127.0.0.1:7070 or [::1]:7070."));
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

absl::Status WhyNotListen(const std::string& address) {
  const std::string cannot = absl::StrCat("can't listen on ", address, ": ");
  const std::optional<HostAndPort> split = Split(address);
  if (!split.has_value()) return absl::UnavailableError(cannot + "it is not HOST:PORT.");
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(split->host.c_str(), split->port.c_str(), &hints, &found); error != 0) {
    return absl::UnavailableError(
        absl::StrCat(cannot, "the host is unknown here (", gai_strerror(error), "); give another --listen."));
  }
  const std::unique_ptr<addrinfo, FreeAddresses> owned(found);
  for (const addrinfo* where = found; where != nullptr; where = where->ai_next) {
    const int error = BindError(*where);
    if (error == EADDRINUSE) {
      return absl::UnavailableError(cannot +
                                    "another program has the port; stop it, or give another --listen.");
    }
    if (error != 0) {
      return absl::UnavailableError(absl::StrCat(cannot, std::strerror(error), "; give another --listen."));
    }
  }
  return absl::UnavailableError(cannot + "another program had the port a moment ago; try again.");
}

}  // namespace muster::server
