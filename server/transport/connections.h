// The connections of one server: who is connected, what each has under way, and whom there is no room for.
#ifndef MUSTER_SERVER_TRANSPORT_CONNECTIONS_H_
#define MUSTER_SERVER_TRANSPORT_CONNECTIONS_H_

#include <sys/socket.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "index/concurrency/mutex.h"

namespace muster::server {

// At most so many calls of one connection. HTTP/2 tells it to clients, and a client that keeps to it waits
// with the next call; one that has twice as many under way doesn't, and is cut off.
inline constexpr int kCallsPerConnection = 1'024;

struct ConnectionLimits {
  int connections = 4'096;  // open at once; one address has at most half
  int calls = 16'384;       // under way at once, on all connections; one address has at most half
};

// What happened since the start, and what is so now.
struct ConnectionCounters {
  int open = 0;
  int calls = 0;
  uint64_t accepted = 0;
  uint64_t refused = 0;  // at once, because there was no room
  uint64_t cut = 0;      // later, because they had too much under way, or made room for another
};

// Keeps the connections within the limits, by what is read from and written to their sockets (socket_calls.h
// tells it) before gRPC sees it.
//
//   one more connection than the limit, or than an address's half: the one that has been silent longest makes
//   room, if it
//     has no call under way and was silent for kIdle, or has said nothing but pings for kStalled; else the
//     new one is refused, with a GOAWAY that says why
//   more calls than one connection may have, or resets without end: that connection is cut off
//   more calls than an address may have, or all: the connection of that address, or of all, that has the most
//   is cut off
//
// Thread-safe. Lifetime: shared by the acceptor and the connections.
class Connections : public std::enable_shared_from_this<Connections> {
 public:
  using Clock = std::chrono::steady_clock;
  using Report = std::function<void(const std::string& line)>;

  static constexpr std::chrono::seconds kIdle{2};
  static constexpr std::chrono::seconds kStalled{60};

  // `report`: gets a line for the log when connections are refused or cut, at most one a second.
  Connections(const ConnectionLimits& limits, Report report);
  ~Connections();
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  void SetLimits(const ConnectionLimits& limits);
  // Takes up an accepted, connected TCP socket; from now on its reads and writes are watched until it is
  // closed. False: there is no room, `farewell` was written to the socket, and it stays the caller's.
  bool Admit(int socket, const sockaddr_storage& peer);
  // Writes to a socket that nobody else writes to why it isn't served; empty: there are too many connections.
  static void SayNoRoom(int socket, const std::string& why);

  ConnectionCounters counters() const;

  // Of socket_calls.h. Received: false when the connection is cut off, and what was read is not to be used.
  static bool Received(int socket, const msghdr& message, size_t bytes);
  static void Sent(int socket, const msghdr& message, size_t bytes);
  // To be called before the socket is closed.
  static void Closing(int socket);

 private:
  struct Address;
  struct Connection;

  static Connection* Find(int socket);
  // Whether the connection may go on, with the calls that it has now begun.
  bool CheckCalls(Connection& connection);
  // Cuts off the connection with the most calls, of one address or of all (null).
  void CutLargest(const Address* address, const std::string& why);
  // Makes room for a connection from the address, or from any (null), by ending a silent one.
  bool EndSilent(const Address* address) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Forget(Connection& connection) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  static void Cut(Connection& connection, const std::string& why);
  void Tell(const std::string& line);

  const Report report_;
  std::atomic<int> most_connections_;
  std::atomic<int> most_calls_;
  std::atomic<int> calls_{0};
  std::atomic<uint64_t> cut_{0};
  std::atomic<int64_t> last_report_{0};
  mutable Mutex mutex_;  // before any connection's
  absl::flat_hash_set<Connection*> open_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, std::shared_ptr<Address>> addresses_ ABSL_GUARDED_BY(mutex_);
  uint64_t accepted_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t refused_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_TRANSPORT_CONNECTIONS_H_
