// What a client is told whose connection ends.
#ifndef MUSTER_SERVER_TRANSPORT_FAREWELL_H_
#define MUSTER_SERVER_TRANSPORT_FAREWELL_H_

#include <string>

namespace muster::server {

// Writes to a socket that nobody else writes to why it isn't served. A client that doesn't read doesn't learn
// it.
void SayNoRoom(int socket, const std::string& why);

// Writes a GOAWAY frame between two frames of gRPC's: no call of this connection will be answered any more.
// `blames`: the client did too much, rather than nothing.
void SayGoAway(int socket, bool blames, const std::string& why);

}  // namespace muster::server

#endif  // MUSTER_SERVER_TRANSPORT_FAREWELL_H_
