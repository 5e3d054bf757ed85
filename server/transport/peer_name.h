// Who is at the other end of a socket.
#ifndef MUSTER_SERVER_TRANSPORT_PEER_NAME_H_
#define MUSTER_SERVER_TRANSPORT_PEER_NAME_H_

#include <sys/socket.h>

#include <string>

namespace muster::server {

// Who shares a limit: an IPv4 address, or the 64 bits of an IPv6 address that one site has. Bytes, not text.
std::string SharerOf(const sockaddr_storage& peer);

// ADDRESS:PORT, for the log.
std::string PeerName(const sockaddr_storage& peer);

}  // namespace muster::server

#endif  // MUSTER_SERVER_TRANSPORT_PEER_NAME_H_
