// Addresses that a server listens on.
#ifndef MUSTER_SERVER_TRANSPORT_LISTENING_H_
#define MUSTER_SERVER_TRANSPORT_LISTENING_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/transport/socket_file.h"

namespace muster::server {

// Checks that `address` is unix:PATH, or HOST:PORT and, unless `insecure`, on loopback: without TLS and tokens,
// anyone who reaches the port can read and change everything. INVALID_ARGUMENT says which check failed.
absl::Status CheckListenAddress(const std::string& address, bool insecure);

// Whether this machine can resolve the host.
bool IsKnownHost(const std::string& host);

// Replaces the host `localhost` by 127.0.0.1 if the machine can't resolve it, as on a Debian without a hosts
// file; the name always means loopback (RFC 6761).
std::string WithKnownLoopback(const std::string& address, bool localhost_is_known = IsKnownHost("localhost"));

// The sockets that listen on one address: one for each IP address of its host, all on the same port, or the one
// of unix:PATH. Owns and closes them. Not thread-safe. Movable.
class ListeningSockets {
 public:
  ListeningSockets() = default;
  ListeningSockets(ListeningSockets&& other) noexcept;
  ListeningSockets& operator=(ListeningSockets&& other) noexcept;
  ~ListeningSockets();

  // Bind and Listen.
  static absl::StatusOr<ListeningSockets> Open(const std::string& address);
  // Binds the port of `address`, or a free one for port 0, or makes the file of a unix:PATH; clients can't
  // connect yet. UNAVAILABLE, one sentence: port or file in use, unknown host, not this machine's address, or
  // no permission.
  static absl::StatusOr<ListeningSockets> Bind(const std::string& address);
  // Lets clients connect; from now on no other process can listen on the port. UNAVAILABLE: another process
  // began to listen after Bind.
  absl::Status Listen();

  const std::vector<int>& sockets() const { return sockets_; }
  // As it was given, with the actual port.
  const std::string& address() const { return address_; }
  // Stops listening: clients can't connect any more. A socket's file is removed.
  void Close();

 private:
  static absl::StatusOr<ListeningSockets> BindFile(const std::string& address, const std::string& path);

  std::vector<int> sockets_;
  std::string address_;
  SocketFile file_;  // of unix:PATH
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_TRANSPORT_LISTENING_H_
