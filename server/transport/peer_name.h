// Names the peer of a socket.
#ifndef MUSTER_SERVER_TRANSPORT_PEER_NAME_H_
#define MUSTER_SERVER_TRANSPORT_PEER_NAME_H_

#include <sys/socket.h>

#include <string>

namespace muster::server {

// The key under which peers share a limit: an IPv4 address, or the 64-bit prefix of an IPv6 address. Binary.
std::string SharerOf(const sockaddr_storage& peer);

// ADDRESS:PORT, for the log.
std::string PeerName(const sockaddr_storage& peer);

}  // namespace muster::server

#endif  // MUSTER_SERVER_TRANSPORT_PEER_NAME_H_
