#include "server/transport/connections.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/transport/call_meter.h"
#include "server/transport/farewell.h"
#include "server/transport/peer_name.h"
#include "server/transport/reset_budget.h"

namespace muster::server {
namespace {

constexpr int kMostSockets = 1 << 20;
// Messages that arrive more slowly than this, for longer than that, are treated as withheld.
constexpr double kSlowBytesPerSecond = 64 << 10;
constexpr double kSlowSeconds = 2;
// Connections that hold less than this are cut off last: cutting them gains little, and they may be sending a
// small question.
constexpr int64_t kSmallBytes = 64 << 10;
// An overload by resets cuts off only clients with at least this many recent ones.
constexpr double kManyResets = 100;
// An overload by calls cuts off only connections with more calls than this.
constexpr int kManyCalls = 100;

constexpr char kEndlessResets[] =
    "calls were reset without end: let calls end, or give them longer deadlines";
constexpr char kEndlessHeaders[] = "the headers of a call are longer than any client's";

// Feeds the transferred bytes of a message to a meter.
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
    all.resets += change.resets;
    all.held += change.held;
    bytes -= piece;
  }
  return all;
}

}  // namespace

struct Connections::Address {
  std::string key;
  int connections = 0;  // guarded by the owner's mutex, as `resets` is
  // Covers all connections of the address, past ones included: a client that was cut off may reconnect.
  ResetBudget resets{2 * CallMeter::kResetsAtOnce, 2 * CallMeter::kResetsPerSecond};
  std::atomic<int> calls{0};
  std::atomic<int> ending{0};
};

// The state of a socket. Allocated once per socket number and reused for later sockets of that number, so
// that pointers to it stay valid.
struct Connections::Connection {
  explicit Connection(int fd) : socket(fd) {}

  const int socket;
  std::atomic<bool> open{false};
  std::atomic<int> calls{0};         // also included in the counts of its address and its owner
  std::atomic<int64_t> held{0};      // bytes of half-sent messages, also included in the owner's count
  std::atomic<Clock::rep> spoke{0};  // when a frame of a call was last seen
  // Written only by Admit and Closing, while the socket is neither read nor written.
  std::shared_ptr<Connections> owner;
  std::shared_ptr<Address> address;
  std::string name;

  Mutex mutex;  // locked after the owner's
  CallMeter meter ABSL_GUARDED_BY(mutex);
  bool cut ABSL_GUARDED_BY(mutex) = false;
  int ending ABSL_GUARDED_BY(mutex) = 0;  // calls that were in progress when it was cut off

  // Counts its calls as ending from now on, which makes room, but less than if they had ended.
  void BeginEnding() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    ending = calls;
    address->ending += ending;
    owner->ending_ += ending;
    CountNothing();
  }
  void Ended() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    address->ending -= ending;
    owner->ending_ -= ending;
    ending = 0;
  }

  void Count(const CallMeter::Change& change) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    if (change.spoke) spoke.store(Clock::now().time_since_epoch().count(), std::memory_order_relaxed);
    if (change.held != 0) {
      held.fetch_add(change.held, std::memory_order_relaxed);
      owner->held_.fetch_add(change.held, std::memory_order_relaxed);
    }
    if (change.calls == 0) return;
    calls.fetch_add(change.calls, std::memory_order_relaxed);
    address->calls.fetch_add(change.calls, std::memory_order_relaxed);
    owner->calls_.fetch_add(change.calls, std::memory_order_relaxed);
  }
  // Removes it from all counts.
  void CountNothing() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) { Count({.calls = -calls, .held = -held}); }
  Clock::duration silent() const {
    return Clock::now().time_since_epoch() - Clock::duration(spoke.load(std::memory_order_relaxed));
  }
};

namespace {

// Indexed by socket number; pages for numbers that never occur stay untouched.
template <typename Connection>
std::array<std::atomic<Connection*>, kMostSockets>& Table() {
  static std::array<std::atomic<Connection*>, kMostSockets> table;
  return table;
}

}  // namespace

Connections::Connections(const ConnectionLimits& limits, Report report)
    : report_(std::move(report)),
      most_held_(static_cast<int64_t>(limits.half_sent_bytes)),
      most_connections_(limits.connections),
      most_calls_(limits.calls) {}

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
  const std::string key = SharerOf(socket, peer);
  std::shared_ptr<Address> address = addresses_[key];
  if (address == nullptr) {
    address = addresses_[key] = std::make_shared<Address>();
    address->key = key;
  }
  const int most = most_connections_;
  const bool address_full = address->connections >= std::max(1, most / 2);
  const bool full = static_cast<int>(open_.size()) >= most;
  const bool busy = ending_.load(std::memory_order_relaxed) > most_calls_.load(std::memory_order_relaxed);
  if (busy || ((address_full || full) && !EndSilent(address_full ? address.get() : nullptr))) {
    ++refused_;
    Tell(absl::StrCat("refused a connection from ", PeerName(socket, peer), ": ", open_.size(), " are open, ",
                      address->connections, " of them from that address; at most ", most, " and ", most / 2));
    if (address->connections == 0) addresses_.erase(key);
    return false;
  }
  addresses_[key] = address;  // erased with its last connection, if that made room for this one
  std::atomic<Connection*>& slot = Table<Connection>()[static_cast<size_t>(socket)];
  if (slot.load(std::memory_order_relaxed) == nullptr)
    slot.store(new Connection(socket), std::memory_order_release);
  Connection& connection = *slot.load(std::memory_order_relaxed);
  connection.owner = shared_from_this();
  connection.address = address;
  connection.name = PeerName(socket, peer);
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

ConnectionCounters Connections::counters() const {
  MutexLock lock(mutex_);
  return {.open = static_cast<int>(open_.size()),
          .calls = calls_,
          .half_sent_bytes = static_cast<uint64_t>(held_),
          .accepted = accepted_,
          .refused = refused_,
          .cut = cut_};
}

bool Connections::Received(int socket, const msghdr& message, size_t bytes) {
  Connection* const connection = Find(socket);
  if (connection == nullptr) return true;
  CallMeter::Change change;
  std::string wrong;
  {
    MutexLock lock(connection->mutex);
    if (connection->cut) return false;
    change = Measure(connection->meter, &CallMeter::Received, message, bytes);
    connection->Count(change);
    if (connection->meter.resets_too_fast()) wrong = kEndlessResets;
    if (connection->meter.headers_too_long()) wrong = kEndlessHeaders;
  }
  Connections& owner = *connection->owner;
  if (wrong.empty() && change.resets > 0) wrong = owner.CheckResets(*connection, change.resets);
  if (!wrong.empty()) {
    owner.CutOff(*connection, wrong);
    return false;
  }
  if (change.held > 0 && !owner.CheckHeld(*connection)) return false;
  return !change.begun || owner.CheckCalls(*connection);
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
    CutOff(connection, absl::StrCat("a connection may have ", kCallsPerConnection, " calls under way"));
    return false;
  }
  if (connection.address->calls.load(std::memory_order_relaxed) > most / 2) {
    CutLargest(connection.address.get(),
               absl::StrCat("an address may have ", most / 2, " calls under way (--max-calls)"));
  } else if (calls_.load(std::memory_order_relaxed) > most) {
    CutLargest(nullptr, absl::StrCat("the server may have ", most, " calls under way (--max-calls)"));
  } else if (own > kManyCalls &&
             (connection.address->calls + connection.address->ending > most / 2 || calls_ + ending_ > most)) {
    CutOff(connection, "calls were given up faster than they end: let calls end");
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
  CutOff(*largest, why);
}

std::string Connections::CheckResets(Connection& connection, int resets) {
  double lingering = 0;  // reset calls that gRPC may not have ended yet
  {
    MutexLock lock(mutex_);
    if (!connection.address->resets.Take(resets)) return kEndlessResets;
    resets_.Take(resets);
    lingering = resets_.taken();
  }
  if (lingering + calls_ + ending_ <= most_calls_) return "";
  MutexLock lock(connection.mutex);
  if (connection.meter.recent_resets() < kManyResets) return "";
  return "calls were reset faster than they end: let calls end, or give them longer deadlines";
}

bool Connections::CheckHeld(Connection& connection) {
  if (connection.held.load(std::memory_order_relaxed) > most_held_ / 2) {
    CutOff(connection, absl::StrCat("a connection may have sent ", most_held_ >> 21,
                                    " MiB of messages that are not whole"));
    return false;
  }
  if (held_.load(std::memory_order_relaxed) <= most_held_) return true;
  CutHalfSent();
  MutexLock lock(connection.mutex);
  return !connection.cut;
}

void Connections::CutHalfSent() {
  enum Kind { kComesSlowly, kComes, kIsSmall };
  struct Holder {
    Connection* connection;
    int64_t bytes;
    Clock::time_point since;
    Kind kind;
  };
  const Clock::time_point now = Clock::now();
  std::vector<Holder> holders;
  MutexLock lock(mutex_);
  for (Connection* const connection : open_) {
    const int64_t bytes = connection->held;
    if (bytes == 0) continue;
    MutexLock own(connection->mutex);
    const Clock::time_point since = connection->meter.HeldSince();
    const double seconds = std::chrono::duration<double>(now - std::min(now, since)).count();
    const bool slow = seconds > kSlowSeconds && static_cast<double>(bytes) < seconds * kSlowBytesPerSecond;
    holders.push_back({connection, bytes, since,
                       slow                  ? kComesSlowly
                       : bytes < kSmallBytes ? kIsSmall
                                             : kComes});
  }
  std::sort(holders.begin(), holders.end(), [](const Holder& a, const Holder& b) {
    if (a.kind != b.kind) return a.kind < b.kind;
    return a.kind == kComes ? a.since > b.since : a.bytes > b.bytes;
  });
  const std::string why = absl::StrCat("clients may have sent ", most_held_ >> 20,
                                       " MiB of messages that are not whole: send it again, without pauses");
  // Cuts off more slow connections than needed, so that this doesn't repeat at once.
  for (const Holder& holder : holders) {
    if (held_ <= (holder.kind == kComesSlowly ? most_held_ / 4 * 3 : most_held_)) return;
    CutOff(*holder.connection, why);
  }
}

void Connections::CutOff(Connection& connection, const std::string& why) {
  Tell(absl::StrCat("cut off ", connection.name, ", with ", connection.calls.load(), " calls and ",
                    connection.held.load(), " bytes of half-sent messages under way: ", why));
  Cut(connection, why);
}

bool Connections::EndSilent(const Address* address) {
  // A connection whose client has gone is ended first. One with bytes that gRPC hasn't read yet is not
  // silent: on a busy server reading them may take seconds.
  std::vector<Connection*> candidates;
  std::vector<pollfd> polls;
  for (Connection* connection : open_) {
    if (address != nullptr && connection->address.get() != address) continue;
    candidates.push_back(connection);
    polls.push_back({connection->socket, POLLIN | POLLRDHUP, 0});
  }
  if (::poll(polls.data(), polls.size(), 0) < 0) return false;
  Connection* longest = nullptr;
  for (size_t i = 0; i < candidates.size(); ++i) {
    Connection* const connection = candidates[i];
    if ((polls[i].revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0) {
      longest = connection;
      break;
    }
    const auto patience = connection->calls == 0 ? Clock::duration(kIdle) : Clock::duration(kStalled);
    if (polls[i].revents != 0 || connection->silent() < patience) continue;
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
  connection.BeginEnding();
  connection.owner->cut_.fetch_add(1, std::memory_order_relaxed);
  if (connection.meter.may_interject()) SayGoAway(connection.socket, connection.meter.calls() > 0, why);
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
  connection->CountNothing();
  connection->Ended();
  connection->meter = CallMeter();
  connection->address.reset();
  connection->owner.reset();
}

void Connections::Forget(Connection& connection) {
  if (open_.erase(&connection) == 0) return;  // it was already removed to make room
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
