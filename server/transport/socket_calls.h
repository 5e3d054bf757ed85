// Interposes the socket calls of gRPC, to see the bytes of connections.
//
// gRPC 1.51 reports to no one when a connection ends, and lets a client that doesn't acknowledge its SETTINGS
// open any number of streams before our code runs. Relaying its sockets would cost each call two copies and
// two wake-ups. So the program defines recvmsg, sendmsg and close itself, and the linker prefers these to the
// C library's. They make the system call and report sockets that Connections knows. For other sockets they
// cost a look-up in a table.
#ifndef MUSTER_SERVER_TRANSPORT_SOCKET_CALLS_H_
#define MUSTER_SERVER_TRANSPORT_SOCKET_CALLS_H_

namespace muster::server {

// Whether gRPC's calls arrive here, by asking the dynamic linker. If not (the program was linked
// differently), limits on connections have no effect.
bool SocketCallsArePassed();

}  // namespace muster::server

#endif  // MUSTER_SERVER_TRANSPORT_SOCKET_CALLS_H_
