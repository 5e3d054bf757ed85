// Addresses that a server listens on.
#ifndef MUSTER_SERVER_LIFECYCLE_LISTENING_H_
#define MUSTER_SERVER_LIFECYCLE_LISTENING_H_

#include <string>

#include "absl/status/status.h"

namespace muster::server {

// Whether `address` is HOST:PORT, and on this machine alone unless `insecure`: without TLS and tokens,
// whoever reaches the port reads and changes everything. INVALID_ARGUMENT says which.
absl::Status CheckListenAddress(const std::string& address, bool insecure);

// Whether this machine can resolve the host.
bool IsKnownHost(const std::string& host);

// `address`, with 127.0.0.1 for a `localhost` that the machine doesn't know: a Debian without a hosts file
// doesn't, and the name means loopback all the same (RFC 6761).
std::string WithKnownLoopback(const std::string& address, bool localhost_is_known = IsKnownHost("localhost"));

// Why nothing can listen on `address`, found out by trying: the port is in use, the address isn't this
// machine's, no permission. UNAVAILABLE, one sentence; also when the trial succeeds, for it is asked after
// gRPC failed.
absl::Status WhyNotListen(const std::string& address);

}  // namespace muster::server

#endif  // MUSTER_SERVER_LIFECYCLE_LISTENING_H_
