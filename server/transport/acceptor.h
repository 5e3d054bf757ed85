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

// Accepts on its sockets in its own thread, asks Connections to admit each connection, and hands it over.
// gRPC's own acceptor stops for good once descriptors run out, and has no limit; this one keeps a descriptor
// in reserve, with which it accepts and refuses connections that it can't serve, and continues when others
// close. Lifetime: ends with Stop or the destructor.
class Acceptor {
 public:
  // Receives a connected socket and owns it from then on.
  using HandOver = std::function<void(int listener, int socket)>;

  Acceptor(ListeningSockets listening, std::shared_ptr<Connections> connections, HandOver hand_over);
  ~Acceptor();
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

  const std::string& address() const { return listening_.address(); }
  // Closes the listening sockets; after it returns nothing is handed over any more. Idempotent, one caller at
  // a time.
  void Stop();

 private:
  struct Refused {
    int socket;
    std::chrono::steady_clock::time_point until;
  };

  void Run();
  // Accepts the connections pending at a listener. False: no descriptor was available.
  bool AcceptFrom(int listener);
  // Accepts one connection with the reserve descriptor and refuses it. False: none was pending.
  bool RefuseOne(int listener);
  // Reads what refused clients still send, so that they can read the reason; closes them after a moment.
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
