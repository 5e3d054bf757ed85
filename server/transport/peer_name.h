// Names the peer of a socket.
#ifndef MUSTER_SERVER_TRANSPORT_PEER_NAME_H_
#define MUSTER_SERVER_TRANSPORT_PEER_NAME_H_

#include <sys/socket.h>

#include <string>

namespace muster::server {

// The key under which peers share a limit: an IPv4 address, the 64-bit prefix of an IPv6 address, or the process
// at the other end of a socket that is a file. Binary. `socket`: the connected one.
std::string SharerOf(int socket, const sockaddr_storage& peer);

// For the log: ADDRESS:PORT, or `process PID`.
std::string PeerName(int socket, const sockaddr_storage& peer);

}  // namespace muster::server

#endif  // MUSTER_SERVER_TRANSPORT_PEER_NAME_H_
