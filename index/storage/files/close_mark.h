// The mark of a clean shutdown. For the sources of index/storage.
#ifndef MUSTER_INDEX_STORAGE_FILES_CLOSE_MARK_H_
#define MUSTER_INDEX_STORAGE_FILES_CLOSE_MARK_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace muster::index {

// The file CLOSED in an environment's directory: the sum that TreeGuard::LookAtNames returned when the
// environment was closed. LMDB doesn't protect its own meta pages, free list and list of databases. While the
// mark exists, they have not been written since.

// The sum in the mark; empty when there is no mark, or only a part of one.
absl::StatusOr<std::optional<uint64_t>> ReadCloseMark(const std::string& directory);
// Removes the mark durably. Call it before anything is written: a mark that outlived a write would make a
// sound environment count as damaged.
absl::Status RemoveCloseMark(const std::string& directory);
// Writes the mark. A failure is ignored: without the mark the environment is opened as after a crash.
void LeaveCloseMark(const std::string& directory, uint64_t sum);
// The file's path.
std::string CloseMarkPath(const std::string& directory);

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_FILES_CLOSE_MARK_H_
