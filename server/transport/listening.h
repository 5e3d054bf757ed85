// Addresses that a server listens on.
#ifndef MUSTER_SERVER_TRANSPORT_LISTENING_H_
#define MUSTER_SERVER_TRANSPORT_LISTENING_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace muster::server {

// Whether `address` is HOST:PORT, and on this machine alone unless `insecure`: without TLS and tokens,
// everybody who reaches the port reads and changes everything. INVALID_ARGUMENT says which.
absl::Status CheckListenAddress(const std::string& address, bool insecure);

// Whether this machine can resolve the host.
bool IsKnownHost(const std::string& host);

// `address`, with 127.0.0.1 for a `localhost` that the machine doesn't know: a Debian without a hosts file
// doesn't, and the name means loopback all the same (RFC 6761).
std::string WithKnownLoopback(const std::string& address, bool localhost_is_known = IsKnownHost("localhost"));

// The sockets that listen on one address: one for each address that its host has, all with the same port.
// Closes them. Not thread-safe. Movable.
class ListeningSockets {
 public:
  ListeningSockets() = default;
  ListeningSockets(ListeningSockets&& other) noexcept;
  ListeningSockets& operator=(ListeningSockets&& other) noexcept;
  ~ListeningSockets();

  // Bind and Listen.
  static absl::StatusOr<ListeningSockets> Open(const std::string& address);
  // Takes the port of `address`, or a free one for port 0; nobody can connect yet. UNAVAILABLE, one sentence:
  // the port is in use, the host is unknown, the address isn't this machine's, no permission.
  static absl::StatusOr<ListeningSockets> Bind(const std::string& address);
  // From now on clients can connect, and no other process can listen on that port. UNAVAILABLE: another one
  // began to since Bind.
  absl::Status Listen();

  const std::vector<int>& sockets() const { return sockets_; }
  // HOST:PORT, as it was given but for the port, which is the real one.
  const std::string& address() const { return address_; }
  // From now on nobody can connect.
  void Close();

 private:
  std::vector<int> sockets_;
  std::string address_;
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_TRANSPORT_LISTENING_H_
