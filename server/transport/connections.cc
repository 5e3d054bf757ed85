#include "server/transport/connections.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/transport/call_meter.h"

namespace muster::server {
namespace {

constexpr int kMostSockets = 1 << 20;
constexpr uint32_t kEnhanceYourCalm = 0xb;  // RFC 9113, section 7
constexpr uint32_t kNoError = 0x0;
const std::string kTooManyConnections =
    "musterd has no room for another connection: close some, or raise --max-connections";

// Who shares a limit: an IPv4 address, or the 64 bits of an IPv6 address that one site has.
std::string KeyOf(const sockaddr_storage& peer) {
  if (peer.ss_family == AF_INET) {
    const auto& address = reinterpret_cast<const sockaddr_in&>(peer);
    return std::string(reinterpret_cast<const char*>(&address.sin_addr), sizeof address.sin_addr);
  }
  const auto& address = reinterpret_cast<const sockaddr_in6&>(peer).sin6_addr;
  const char* const bytes = reinterpret_cast<const char*>(&address);
  if (IN6_IS_ADDR_V4MAPPED(&address)) return std::string(bytes + 12, 4);
  return std::string(bytes, 8);
}

std::string NameOf(const sockaddr_storage& peer) {
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

std::string BigEndian(uint32_t number) {
  const uint32_t ordered = htonl(number);
  return std::string(reinterpret_cast<const char*>(&ordered), 4);
}

// A GOAWAY frame: no call of this connection will be answered any more, and why.
std::string GoAway(uint32_t error, const std::string& why) {
  const uint32_t payload = static_cast<uint32_t>(8 + why.size());
  std::string frame = BigEndian(payload).substr(1);
  frame += static_cast<char>(kFrameGoAway);
  frame += '\0';
  return frame + BigEndian(0) + BigEndian(0x7fffffff) + BigEndian(error) + why;
}

void Write(int socket, const std::string& bytes) {
  // A client that doesn't read doesn't learn why.
  (void)!::send(socket, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
}

// Lets a meter take the bytes of a message, as far as they were transferred.
CallMeter::Change Measure(CallMeter& meter, CallMeter::Change (CallMeter::*take)(const uint8_t*, size_t),
                          const msghdr& message, size_t bytes) {
  CallMeter::Change all;
  for (size_t i = 0; i < message.msg_iovlen && bytes > 0; ++i) {
    const size_t piece = std::min(message.msg_iov[i].iov_len, bytes);
    const CallMeter::Change change =
        (meter.*take)(static_cast<const uint8_t*>(message.msg_iov[i].iov_base), piece);
    all.calls += change.calls;
    all.begun |= change.begun;
    all.spoke |= change.spoke;
    bytes -= piece;
  }
  return all;
}

}  // namespace

struct Connections::Address {
  std::string key;
  int connections = 0;  // guarded by the owner's mutex
  std::atomic<int> calls{0};
};

// What is known of a socket. Made once for each number that a socket has, and then used again for the next
// one of that number, so that a pointer to it stays good.
struct Connections::Connection {
  explicit Connection(int fd) : socket(fd) {}

  const int socket;
  std::atomic<bool> open{false};
  std::atomic<int> calls{0};         // those that its address and its owner count as well
  std::atomic<Clock::rep> spoke{0};  // when there was last a frame of a call
  // Written by Admit and Closing alone, when the socket isn't read or written.
  std::shared_ptr<Connections> owner;
  std::shared_ptr<Address> address;
  std::string name;

  Mutex mutex;  // after the owner's
  CallMeter meter ABSL_GUARDED_BY(mutex);
  bool cut ABSL_GUARDED_BY(mutex) = false;

  void Count(const CallMeter::Change& change) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    if (change.spoke) spoke.store(Clock::now().time_since_epoch().count(), std::memory_order_relaxed);
    if (change.calls == 0) return;
    calls.fetch_add(change.calls, std::memory_order_relaxed);
    address->calls.fetch_add(change.calls, std::memory_order_relaxed);
    owner->calls_.fetch_add(change.calls, std::memory_order_relaxed);
  }
  Clock::duration silent() const {
    return Clock::now().time_since_epoch() - Clock::duration(spoke.load(std::memory_order_relaxed));
  }
};

namespace {

// By the number of the socket; pages that no socket came to stay untouched.
template <typename Connection>
std::array<std::atomic<Connection*>, kMostSockets>& Table() {
  static std::array<std::atomic<Connection*>, kMostSockets> table;
  return table;
}

}  // namespace

Connections::Connections(const ConnectionLimits& limits, Report report)
    : report_(std::move(report)), most_connections_(limits.connections), most_calls_(limits.calls) {}

Connections::~Connections() = default;

void Connections::SetLimits(const ConnectionLimits& limits) {
  most_connections_ = limits.connections;
  most_calls_ = limits.calls;
}

Connections::Connection* Connections::Find(int socket) {
  if (socket < 0 || socket >= kMostSockets) return nullptr;
  Connection* const connection =
      Table<Connection>()[static_cast<size_t>(socket)].load(std::memory_order_acquire);
  return connection != nullptr && connection->open.load(std::memory_order_acquire) ? connection : nullptr;
}

bool Connections::Admit(int socket, const sockaddr_storage& peer) {
  if (socket >= kMostSockets) return false;
  MutexLock lock(mutex_);
  const std::string key = KeyOf(peer);
  std::shared_ptr<Address> address = addresses_[key];
  if (address == nullptr) {
    address = addresses_[key] = std::make_shared<Address>();
    address->key = key;
  }
  const int most = most_connections_;
  const bool address_full = address->connections >= std::max(1, most / 2);
  const bool full = static_cast<int>(open_.size()) >= most;
  if ((address_full || full) && !EndSilent(address_full ? address.get() : nullptr)) {
    ++refused_;
    Tell(absl::StrCat("refused a connection from ", NameOf(peer), ": ", open_.size(), " are open, ",
                      address->connections, " of them from that address; at most ", most, " and ", most / 2));
    if (address->connections == 0) addresses_.erase(key);
    return false;
  }
  std::atomic<Connection*>& slot = Table<Connection>()[static_cast<size_t>(socket)];
  if (slot.load(std::memory_order_relaxed) == nullptr)
    slot.store(new Connection(socket), std::memory_order_release);
  Connection& connection = *slot.load(std::memory_order_relaxed);
  connection.owner = shared_from_this();
  connection.address = address;
  connection.name = NameOf(peer);
  {
    MutexLock own(connection.mutex);
    connection.meter = CallMeter();
    connection.cut = false;
    connection.Count({.spoke = true});
  }
  connection.open.store(true, std::memory_order_release);
  ++address->connections;
  ++accepted_;
  open_.insert(&connection);
  return true;
}

void Connections::SayNoRoom(int socket, const std::string& why) {
  const std::string text = (why.empty() ? kTooManyConnections : why) + "\n";
  // Not a GOAWAY, which comes after the client has taken the connection for a good one: gRPC's client then
  // connects again at once, and without end. An answer of HTTP/1.1 it takes for a failed connection, and
  // tells its status.
  Write(socket,
        absl::StrCat("HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nContent-Length: ",
                     text.size(), "\r\nConnection: close\r\n\r\n", text));
}

ConnectionCounters Connections::counters() const {
  MutexLock lock(mutex_);
  return {.open = static_cast<int>(open_.size()),
          .calls = calls_,
          .accepted = accepted_,
          .refused = refused_,
          .cut = cut_};
}

bool Connections::Received(int socket, const msghdr& message, size_t bytes) {
  Connection* const connection = Find(socket);
  if (connection == nullptr) return true;
  CallMeter::Change change;
  bool too_fast = false;
  {
    MutexLock lock(connection->mutex);
    if (connection->cut) return false;
    change = Measure(connection->meter, &CallMeter::Received, message, bytes);
    too_fast = connection->meter.resets_too_fast();
    connection->Count(change);
  }
  if (too_fast) {
    connection->owner->Tell(absl::StrCat("cut off ", connection->name, ": it resets calls without end"));
    Cut(*connection, "calls were reset without end: let calls end, or give them longer deadlines");
    return false;
  }
  return !change.begun || connection->owner->CheckCalls(*connection);
}

void Connections::Sent(int socket, const msghdr& message, size_t bytes) {
  Connection* const connection = Find(socket);
  if (connection == nullptr) return;
  MutexLock lock(connection->mutex);
  if (!connection->cut) connection->Count(Measure(connection->meter, &CallMeter::Sent, message, bytes));
}

bool Connections::CheckCalls(Connection& connection) {
  const int most = most_calls_.load(std::memory_order_relaxed);
  const int own = connection.calls.load(std::memory_order_relaxed);
  if (own > 2 * kCallsPerConnection) {
    Tell(absl::StrCat("cut off ", connection.name, ": it had ", own, " calls under way; at most ",
                      kCallsPerConnection));
    Cut(connection, absl::StrCat("a connection may have ", kCallsPerConnection, " calls under way"));
    return false;
  }
  if (connection.address->calls.load(std::memory_order_relaxed) > most / 2) {
    CutLargest(connection.address.get(),
               absl::StrCat("an address may have ", most / 2, " calls under way (--max-calls)"));
  } else if (calls_.load(std::memory_order_relaxed) > most) {
    CutLargest(nullptr, absl::StrCat("the server may have ", most, " calls under way (--max-calls)"));
  } else {
    return true;
  }
  MutexLock lock(connection.mutex);
  return !connection.cut;
}

void Connections::CutLargest(const Address* address, const std::string& why) {
  MutexLock lock(mutex_);
  Connection* largest = nullptr;
  for (Connection* connection : open_) {
    if (address != nullptr && connection->address.get() != address) continue;
    if (largest == nullptr || connection->calls > largest->calls) largest = connection;
  }
  if (largest == nullptr) return;
  Tell(absl::StrCat("cut off ", largest->name, ", with ", largest->calls.load(), " calls under way: ", why));
  Cut(*largest, why);
}

bool Connections::EndSilent(const Address* address) {
  Connection* longest = nullptr;
  for (Connection* connection : open_) {
    if (address != nullptr && connection->address.get() != address) continue;
    if (connection->silent() < (connection->calls == 0 ? Clock::duration(kIdle) : Clock::duration(kStalled)))
      continue;
    if (longest == nullptr || connection->silent() > longest->silent()) longest = connection;
  }
  if (longest == nullptr) return false;
  Cut(*longest, "the connection was silent and made room for another: connect again");
  Forget(*longest);
  return true;
}

void Connections::Cut(Connection& connection, const std::string& why) {
  MutexLock lock(connection.mutex);
  if (connection.cut) return;
  connection.cut = true;
  // Its calls end now, and there is room for others.
  connection.Count({.calls = -connection.calls});
  connection.owner->cut_.fetch_add(1, std::memory_order_relaxed);
  if (connection.meter.may_interject())
    Write(connection.socket, GoAway(connection.meter.calls() == 0 ? kNoError : kEnhanceYourCalm, why));
  // gRPC reads the end of the connection, cancels its calls and closes it.
  ::shutdown(connection.socket, SHUT_RDWR);
}

void Connections::Closing(int socket) {
  Connection* const connection = Find(socket);
  if (connection == nullptr) return;
  const std::shared_ptr<Connections> owner = connection->owner;
  {
    MutexLock lock(owner->mutex_);
    connection->open.store(false, std::memory_order_release);
    owner->Forget(*connection);
  }
  MutexLock own(connection->mutex);
  connection->Count({.calls = -connection->calls});
  connection->meter = CallMeter();
  connection->address.reset();
  connection->owner.reset();
}

void Connections::Forget(Connection& connection) {
  if (open_.erase(&connection) == 0) return;  // it made room before it was closed
  if (--connection.address->connections == 0) addresses_.erase(connection.address->key);
}

void Connections::Tell(const std::string& line) {
  const int64_t now =
      std::chrono::duration_cast<std::chrono::seconds>(Clock::now().time_since_epoch()).count();
  int64_t last = last_report_.load(std::memory_order_relaxed);
  if (now == last || !last_report_.compare_exchange_strong(last, now)) return;
  report_(line);
}

}  // namespace muster::server
