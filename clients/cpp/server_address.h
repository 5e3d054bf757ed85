// The address of a server.
#ifndef MUSTER_CLIENTS_CPP_SERVER_ADDRESS_H_
#define MUSTER_CLIENTS_CPP_SERVER_ADDRESS_H_

#include <string>

#include "absl/status/status.h"

namespace muster::client {

// INVALID_ARGUMENT, one sentence with the expected form, unless `address` is HOST:PORT: a name, an IPv4
// address or an IPv6 address in brackets, and a port from 1 to 65535; or unix:PATH, a socket of this machine.
absl::Status CheckServerAddress(const std::string& address);

// The address in the form that gRPC takes. REQUIRES: CheckServerAddress accepts it.
std::string TargetOf(const std::string& address);

}  // namespace muster::client

#endif  // MUSTER_CLIENTS_CPP_SERVER_ADDRESS_H_
