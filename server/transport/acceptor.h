// Accepts connections and hands them over.
#ifndef MUSTER_SERVER_TRANSPORT_ACCEPTOR_H_
#define MUSTER_SERVER_TRANSPORT_ACCEPTOR_H_

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <thread>

#include "server/transport/connections.h"
#include "server/transport/listening.h"

namespace muster::server {

// Accepts on its sockets in a thread of its own, asks Connections about each, and hands it over. gRPC's own
// acceptor stops for good when descriptors run out once, and has no limit; this one keeps a descriptor in
// reserve, with which it takes and refuses what it can't serve, and goes on when others are closed. Lifetime:
// ends with Stop or the destructor.
class Acceptor {
 public:
  // Takes a connected socket, which is then its own.
  using HandOver = std::function<void(int listener, int socket)>;

  Acceptor(ListeningSockets listening, std::shared_ptr<Connections> connections, HandOver hand_over);
  ~Acceptor();
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

  const std::string& address() const { return listening_.address(); }
  // Closes the sockets that listen; when it returns nothing is handed over any more. Idempotent, one caller
  // at a time.
  void Stop();

 private:
  struct Refused {
    int socket;
    std::chrono::steady_clock::time_point until;
  };

  void Run();
  // Accepts the connections that wait at a listener. False: there was no descriptor for it.
  bool AcceptFrom(int listener);
  // Takes one connection with the descriptor in reserve, and refuses it. False: there was none to take.
  bool RefuseOne(int listener);
  // Reads what refused clients still send, so that they get to read why; closes them after a moment.
  void TendRefused(bool all);

  ListeningSockets listening_;
  const std::shared_ptr<Connections> connections_;
  const HandOver hand_over_;
  int reserve_;
  int wake_;  // an eventfd; written by Stop
  std::deque<Refused> refused_;
  std::thread thread_;
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_TRANSPORT_ACCEPTOR_H_
