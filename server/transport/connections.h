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
#include "server/transport/reset_budget.h"

namespace muster::server {

// At most so many calls of one connection. HTTP/2 tells it to clients, and a client that keeps to it waits
// with the next call; one that has twice as many under way doesn't, and is cut off.
inline constexpr int kCallsPerConnection = 1'024;

struct ConnectionLimits {
  int connections = 4'096;  // open at once; one address has at most half
  int calls = 16'384;       // under way at once, on all connections; one address has at most half
  // Of messages, and headers, that clients have begun to send and that nobody has taken yet; one connection
  // has at most half, which is as much as the largest message that gRPC takes.
  uint64_t half_sent_bytes = uint64_t{128} << 20;
};

// What happened since the start, and what is so now.
struct ConnectionCounters {
  int open = 0;
  int calls = 0;
  uint64_t half_sent_bytes = 0;
  uint64_t accepted = 0;
  uint64_t refused = 0;  // at once, because there was no room
  uint64_t cut = 0;      // later, because they had too much under way, or made room for another
};

// Keeps the connections within the limits, by what is read from and written to their sockets (socket_calls.h
// tells it) before gRPC sees it.
//
//   one more connection than the limit, or than an address's half: one whose client has gone makes room; else
//     the one that has been silent longest, if it has no call under way and was silent for kIdle, or has sent
//     nothing but pings for kStalled; else the new one is refused, and told why
//   more calls or half-sent bytes than one connection may have, headers without end, or resets faster than
//     one connection or its address may: that connection is cut off
//   more calls than an address may have, or all: the connection of that address, or of all, that has the most
//     is cut off
//   as many calls as all may have, those of connections that were cut off included, which end only when gRPC
//     closes them: a connection with more than a few calls is cut off when it begins another, and new
//     connections are refused
//   more half-sent bytes than all may have: connections whose messages come slowly are cut off, the largest
//     first; then those whose messages began last, so that a message that keeps coming gets through
//   more calls under way and lately reset than may be under way: connections that reset many are cut off. A
//     call that was reset is no longer under way, but its server may be at work on it for a moment, so it
//     counts on, at a rate that the server keeps up with (kResetsEndPerSecond)
//
// Thread-safe. Lifetime: shared by the acceptor and the connections.
class Connections : public std::enable_shared_from_this<Connections> {
 public:
  using Clock = std::chrono::steady_clock;
  using Report = std::function<void(const std::string& line)>;

  static constexpr std::chrono::seconds kIdle{2};
  static constexpr std::chrono::seconds kStalled{60};

  // So many calls that were reset are taken to end in a second: a fraction of what gRPC manages on one
  // processor, and several times what clients reset that mean no harm.
  static constexpr double kResetsEndPerSecond = 4'000;

  // `report`: gets a line for the log when connections are refused or cut, at most one a second.
  Connections(const ConnectionLimits& limits, Report report);
  ~Connections();
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  void SetLimits(const ConnectionLimits& limits);
  // Takes up an accepted, connected TCP socket; from now on its reads and writes are watched until it is
  // closed. False: there is no room, and it stays the caller's.
  bool Admit(int socket, const sockaddr_storage& peer);

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
  // What is wrong with the calls that it has now reset; empty: nothing.
  std::string CheckResets(Connection& connection, int resets);
  // Whether the connection may go on, with the bytes that it has now sent.
  bool CheckHeld(Connection& connection);
  // Cuts off connections that hold half-sent messages until they hold less than all may.
  void CutHalfSent();
  // Cuts the connection, and says so in the log.
  void CutOff(Connection& connection, const std::string& why);
  // Cuts off the connection with the most calls, of one address or of all (null).
  void CutLargest(const Address* address, const std::string& why);
  // Makes room for a connection from the address, or from any (null), by ending a silent one.
  bool EndSilent(const Address* address) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Forget(Connection& connection) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  static void Cut(Connection& connection, const std::string& why);
  void Tell(const std::string& line);

  const Report report_;
  const int64_t most_held_;
  std::atomic<int> most_connections_;
  std::atomic<int> most_calls_;
  std::atomic<int> calls_{0};
  std::atomic<int> ending_{0};  // calls of connections that were cut off and that gRPC has not closed yet
  std::atomic<int64_t> held_{0};
  std::atomic<uint64_t> cut_{0};
  std::atomic<int64_t> last_report_{0};
  mutable Mutex mutex_;  // before any connection's
  absl::flat_hash_set<Connection*> open_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, std::shared_ptr<Address>> addresses_ ABSL_GUARDED_BY(mutex_);
  ResetBudget resets_ ABSL_GUARDED_BY(mutex_){0, kResetsEndPerSecond};
  uint64_t accepted_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t refused_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_TRANSPORT_CONNECTIONS_H_
