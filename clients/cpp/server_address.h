// How a server is named.
#ifndef MUSTER_CLIENTS_CPP_SERVER_ADDRESS_H_
#define MUSTER_CLIENTS_CPP_SERVER_ADDRESS_H_

#include <string>

#include "absl/status/status.h"

namespace muster::client {

// INVALID_ARGUMENT, one sentence with the form that is expected, unless `address` is HOST:PORT: a name or an
// address of IPv4, or one of IPv6 in brackets; and a port from 1 to 65535.
absl::Status CheckServerAddress(const std::string& address);

}  // namespace muster::client

#endif  // MUSTER_CLIENTS_CPP_SERVER_ADDRESS_H_
