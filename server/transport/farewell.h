// Tells clients why their connection ends.
#ifndef MUSTER_SERVER_TRANSPORT_FAREWELL_H_
#define MUSTER_SERVER_TRANSPORT_FAREWELL_H_

#include <string>

namespace muster::server {

// Writes the reason to a socket that is not served and that nothing else writes to. A client that doesn't
// read misses it.
void SayNoRoom(int socket, const std::string& why);

// Writes a GOAWAY frame between two frames of gRPC: no further call of this connection will be answered.
// `blames`: the client did too much, as opposed to being idle.
void SayGoAway(int socket, bool blames, const std::string& why);

}  // namespace muster::server

#endif  // MUSTER_SERVER_TRANSPORT_FAREWELL_H_
