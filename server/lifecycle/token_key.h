// The key that seals page tokens and receipts, stored in the data directory so that they survive a restart.
#ifndef MUSTER_SERVER_LIFECYCLE_TOKEN_KEY_H_
#define MUSTER_SERVER_LIFECYCLE_TOKEN_KEY_H_

#include <string>

#include "absl/status/statusor.h"

namespace muster::server {

// Returns the key of the data directory (index/FORMAT.md), or makes a random one if it is missing or damaged;
// tokens and receipts issued before are then refused. REQUIRES: this process holds the directory's lock.
// FAILED_PRECONDITION, one sentence: the file can't be read or written.
absl::StatusOr<std::string> LoadTokenKey(const std::string& directory);

}  // namespace muster::server

#endif  // MUSTER_SERVER_LIFECYCLE_TOKEN_KEY_H_
