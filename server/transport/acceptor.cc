#include "server/transport/acceptor.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "server/transport/farewell.h"

namespace muster::server {
namespace {

// The time that refused clients have to read the reason, and how many are kept open for it at once.
constexpr std::chrono::milliseconds kFarewell(500);
constexpr size_t kMostRefused = 32;
// Without a free descriptor, the time until the next attempt.
constexpr int kOutOfFilesMs = 50;
// The most connections accepted from one listener before the others are served.
constexpr int kAcceptsATurn = 64;
constexpr char kTooManyConnections[] =
    "musterd has no room for another connection: close some, or raise --max-connections";
constexpr char kOutOfFiles[] =
    "musterd has no file descriptor left: try again, or raise its limit (ulimit -n)";

int OpenReserve() { return ::open("/dev/null", O_RDONLY | O_CLOEXEC); }

}  // namespace

Acceptor::Acceptor(ListeningSockets listening, std::shared_ptr<Connections> connections, HandOver hand_over)
    : listening_(std::move(listening)),
      connections_(std::move(connections)),
      hand_over_(std::move(hand_over)),
      reserve_(OpenReserve()),
      wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      thread_([this] { Run(); }) {}

Acceptor::~Acceptor() {
  Stop();
  if (reserve_ >= 0) ::close(reserve_);
  if (wake_ >= 0) ::close(wake_);
}

void Acceptor::Stop() {
  if (!thread_.joinable()) return;
  const uint64_t one = 1;
  (void)!::write(wake_, &one, sizeof one);
  thread_.join();
  listening_.Close();
  TendRefused(/*all=*/true);
}

void Acceptor::Run() {
  std::vector<pollfd> polls;
  for (const int listener : listening_.sockets()) polls.push_back({listener, POLLIN, 0});
  polls.push_back({wake_, POLLIN, 0});
  bool out_of_files = false;
  while (true) {
    // While descriptors are out, listeners would stay readable, so only the wake-up is polled.
    pollfd* const first = out_of_files ? &polls.back() : polls.data();
    const nfds_t count = out_of_files ? 1 : polls.size();
    const int timeout = out_of_files       ? kOutOfFilesMs
                        : refused_.empty() ? -1
                                           : static_cast<int>(kFarewell.count()) / 5;
    if (::poll(first, count, timeout) < 0 && errno != EINTR) return;
    if ((polls.back().revents & POLLIN) != 0) return;
    TendRefused(/*all=*/false);
    const bool retry = std::exchange(out_of_files, false);
    for (size_t i = 0; i + 1 < polls.size(); ++i) {
      if ((retry || polls[i].revents != 0) && !AcceptFrom(polls[i].fd)) out_of_files = true;
      polls[i].revents = 0;
    }
  }
}

bool Acceptor::AcceptFrom(int listener) {
  for (int turn = 0; turn < kAcceptsATurn; ++turn) {
    sockaddr_storage peer = {};
    socklen_t size = sizeof peer;
    const int socket =
        ::accept4(listener, reinterpret_cast<sockaddr*>(&peer), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0) {
      if (errno == EMFILE || errno == ENFILE) {
        if (RefuseOne(listener)) continue;
        return false;
      }
      if (errno == EINTR || errno == ECONNABORTED) continue;
      return errno != ENOBUFS && errno != ENOMEM;  // EAGAIN: none is pending
    }
    if (connections_->Admit(socket, peer)) {
      const int on = 1;
      ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      hand_over_(listener, socket);
      continue;
    }
    SayNoRoom(socket, kTooManyConnections);
    ::shutdown(socket, SHUT_WR);
    if (refused_.size() == kMostRefused) {
      ::close(refused_.front().socket);
      refused_.pop_front();
    }
    refused_.push_back({socket, std::chrono::steady_clock::now() + kFarewell});
  }
  return true;
}

bool Acceptor::RefuseOne(int listener) {
  if (reserve_ < 0) reserve_ = OpenReserve();
  if (reserve_ < 0) return false;
  ::close(reserve_);
  const int socket = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (socket >= 0) {
    SayNoRoom(socket, kOutOfFiles);
    ::shutdown(socket, SHUT_WR);
    ::close(socket);
  }
  reserve_ = OpenReserve();
  return socket >= 0;
}

void Acceptor::TendRefused(bool all) {
  const auto now = std::chrono::steady_clock::now();
  char dropped[16384];
  for (const Refused& refused : refused_)
    (void)!::recv(refused.socket, dropped, sizeof dropped, MSG_DONTWAIT);
  while (!refused_.empty() && (all || refused_.front().until <= now)) {
    ::close(refused_.front().socket);
    refused_.pop_front();
  }
}

}  // namespace muster::server
