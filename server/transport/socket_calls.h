// Where the bytes of connections pass.
//
// gRPC 1.51 tells nobody when a connection ends, and lets a client that doesn't acknowledge its SETTINGS open
// as many streams as it likes, before any code of ours runs. Relaying its sockets would cost each call two
// copies and two wake-ups. So the program has recvmsg, sendmsg and close of its own, which the linker puts
// before the C library's: they make the system call, and tell Connections of sockets that it knows. Elsewhere
// they cost a look into a table.
#ifndef MUSTER_SERVER_TRANSPORT_SOCKET_CALLS_H_
#define MUSTER_SERVER_TRANSPORT_SOCKET_CALLS_H_

namespace muster::server {

// Whether gRPC's calls arrive here, by asking the dynamic linker. Where they don't (a program that was linked
// in another way), limits of connections would hold nobody back.
bool SocketCallsArePassed();

}  // namespace muster::server

#endif  // MUSTER_SERVER_TRANSPORT_SOCKET_CALLS_H_
