// The mark of a clean shutdown. For the sources of index/storage.
#ifndef MUSTER_INDEX_STORAGE_FILES_CLOSE_MARK_H_
#define MUSTER_INDEX_STORAGE_FILES_CLOSE_MARK_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace muster::index {

// The file CLOSED in an environment's directory: the sum that TreeGuard::LookAtNames answered when the
// environment was closed. LMDB doesn't protect its own meta pages, free list and list of databases; while the
// mark is there, nobody has written to them.

// What the mark says; nothing when there is none, or only a part of one.
absl::StatusOr<std::optional<uint64_t>> ReadCloseMark(const std::string& directory);
// Takes it away, durably: before anything is written, for a mark that outlived a write would call a sound
// environment damaged.
absl::Status RemoveCloseMark(const std::string& directory);
// Leaves the mark. Without it an environment is opened as after a crash, so a failure is of no matter.
void LeaveCloseMark(const std::string& directory, uint64_t sum);
// The file's path.
std::string CloseMarkPath(const std::string& directory);

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_FILES_CLOSE_MARK_H_
