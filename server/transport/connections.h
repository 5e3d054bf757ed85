// The connections of one server, the calls and bytes in progress on each, and the limits on them.
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
#include "server/transport/reset_budget.h"

namespace muster::server {

// The limit on concurrent calls of one connection, announced to clients in HTTP/2's SETTINGS. A client that
// obeys it delays the next call; one with twice as many in progress doesn't, and is cut off.
inline constexpr int kCallsPerConnection = 1'024;

struct ConnectionLimits {
  int connections = 4'096;  // open at once; at most half from one address
  int calls = 16'384;       // in progress at once, on all connections; at most half from one address
  // Bytes of messages and headers whose sending has begun and that gRPC has not delivered yet. One connection
  // may have half of them, which is as much as the largest message that gRPC accepts.
  uint64_t half_sent_bytes = uint64_t{128} << 20;
};

// Counts since the start, and the state now.
struct ConnectionCounters {
  int open = 0;
  int calls = 0;
  uint64_t half_sent_bytes = 0;
  uint64_t accepted = 0;
  uint64_t refused = 0;  // at once, for lack of room
  uint64_t cut = 0;      // later, for having too much in progress, or in favour of a new connection
};

// Enforces the limits by what is read from and written to the connections' sockets (reported by
// socket_calls.h), before gRPC sees it:
//
//   a connection beyond the limit, or beyond an address's half: replaces a connection whose client has gone;
//     else the one that has been silent longest, if it has no call in progress and was silent for kIdle, or
//     has sent nothing but pings for kStalled; else the new one is refused, with the reason
//   one connection with too many calls or half-sent bytes, endless headers, or too many resets (its own or
//     its address's): it is cut off
//   too many calls from one address, or in all: of the connections of that address, or of all, the one with
//     the most calls is cut off
//   too many calls when those of cut-off connections are included (they end only when gRPC closes them): a
//     connection with more than a few calls is cut off when it begins another, and new connections are
//     refused
//   too many half-sent bytes in all: connections that send slowly are cut off, the largest first; then those
//     whose messages began last, so that messages that make progress complete
//   too many calls in progress and recently reset together: connections that reset many are cut off. A reset
//     call is no longer in progress, but the server may still work on it for a moment, so it keeps counting,
//     and is written off at a rate that the server keeps up with (kResetsEndPerSecond)
//
// Thread-safe. Lifetime: shared by the acceptor and the connections.
class Connections : public std::enable_shared_from_this<Connections> {
 public:
  using Clock = std::chrono::steady_clock;
  using Report = std::function<void(const std::string& line)>;

  static constexpr std::chrono::seconds kIdle{2};
  static constexpr std::chrono::seconds kStalled{60};

  // The assumed rate at which the server finishes reset calls: a fraction of what gRPC manages on one
  // processor, and several times the resets of legitimate clients.
  static constexpr double kResetsEndPerSecond = 4'000;

  // `report`: receives a log line when connections are refused or cut off, at most one a second.
  Connections(const ConnectionLimits& limits, Report report);
  ~Connections();
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  void SetLimits(const ConnectionLimits& limits);
  // Registers an accepted, connected socket, whose reads and writes are watched until it is closed.
  // False: there is no room, and the caller keeps the socket.
  bool Admit(int socket, const sockaddr_storage& peer);

  ConnectionCounters counters() const;

  // Called by socket_calls.h. Received: false when the connection was cut off; then discard what was read.
  static bool Received(int socket, const msghdr& message, size_t bytes);
  static void Sent(int socket, const msghdr& message, size_t bytes);
  // Call before the socket is closed.
  static void Closing(int socket);

 private:
  struct Address;
  struct Connection;

  static Connection* Find(int socket);
  // Checks the limits on calls after new ones began. False: the connection was cut off.
  bool CheckCalls(Connection& connection);
  // Checks the limits on resets after `resets` more. Returns the violation; empty if there is none.
  std::string CheckResets(Connection& connection, int resets);
  // Checks the limits on half-sent bytes after new ones came. False: the connection was cut off.
  bool CheckHeld(Connection& connection);
  // Cuts off connections with half-sent messages until the total is below the limit.
  void CutHalfSent();
  // Cuts off the connection and logs it.
  void CutOff(Connection& connection, const std::string& why);
  // Cuts off the connection with the most calls, of one address or of all (null).
  void CutLargest(const Address* address, const std::string& why);
  // Ends a silent connection of the address, or of any (null), to make room. False: there is none.
  bool EndSilent(const Address* address) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Forget(Connection& connection) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  static void Cut(Connection& connection, const std::string& why);
  void Tell(const std::string& line);

  const Report report_;
  const int64_t most_held_;
  std::atomic<int> most_connections_;
  std::atomic<int> most_calls_;
  std::atomic<int> calls_{0};
  std::atomic<int> ending_{0};  // calls of cut-off connections that gRPC has not closed yet
  std::atomic<int64_t> held_{0};
  std::atomic<uint64_t> cut_{0};
  std::atomic<int64_t> last_report_{0};
  mutable Mutex mutex_;  // locked before any connection's mutex
  absl::flat_hash_set<Connection*> open_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, std::shared_ptr<Address>> addresses_ ABSL_GUARDED_BY(mutex_);
  ResetBudget resets_ ABSL_GUARDED_BY(mutex_){0, kResetsEndPerSecond};
  uint64_t accepted_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t refused_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_TRANSPORT_CONNECTIONS_H_
