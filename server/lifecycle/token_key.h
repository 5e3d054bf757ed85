// The key of page tokens and receipts, kept in the data directory so that they outlive the process.
#ifndef MUSTER_SERVER_LIFECYCLE_TOKEN_KEY_H_
#define MUSTER_SERVER_LIFECYCLE_TOKEN_KEY_H_

#include <string>

#include "absl/status/statusor.h"

namespace muster::server {

// The key of the data directory (index/FORMAT.md); a new, random one when it has none or a damaged one:
// tokens and receipts given out before are refused then. REQUIRES: this process holds the directory's lock.
// FAILED_PRECONDITION, one sentence: the file can't be read or written.
absl::StatusOr<std::string> LoadTokenKey(const std::string& directory);

}  // namespace muster::server

#endif  // MUSTER_SERVER_LIFECYCLE_TOKEN_KEY_H_
