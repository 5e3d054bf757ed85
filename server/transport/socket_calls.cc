#include "server/transport/socket_calls.h"

#include <dlfcn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "server/transport/connections.h"

using muster::server::Connections;

extern "C" {

__attribute__((visibility("default"))) ssize_t recvmsg(int socket, msghdr* message, int flags) {
  const ssize_t got = syscall(SYS_recvmsg, socket, message, flags);
  // MSG_PEEK leaves the bytes to be read again, and MSG_ERRQUEUE reads nothing that a client sent.
  if (got <= 0 || (flags & (MSG_PEEK | MSG_ERRQUEUE)) != 0) return got;
  if (Connections::Received(socket, *message, static_cast<size_t>(got))) return got;
  errno = ECONNRESET;
  return -1;
}

__attribute__((visibility("default"))) ssize_t sendmsg(int socket, const msghdr* message, int flags) {
  const ssize_t put = syscall(SYS_sendmsg, socket, message, flags);
  if (put > 0) Connections::Sent(socket, *message, static_cast<size_t>(put));
  return put;
}

__attribute__((visibility("default"))) int close(int file) {
  Connections::Closing(file);
  return static_cast<int>(syscall(SYS_close, file));
}

}  // extern "C"

namespace muster::server {

bool SocketCallsArePassed() {
  static const bool passed = dlsym(RTLD_DEFAULT, "recvmsg") == reinterpret_cast<void*>(&::recvmsg) &&
                             dlsym(RTLD_DEFAULT, "sendmsg") == reinterpret_cast<void*>(&::sendmsg) &&
                             dlsym(RTLD_DEFAULT, "close") == reinterpret_cast<void*>(&::close);
  return passed;
}

}  // namespace muster::server
