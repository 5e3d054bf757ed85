// Operations on folders that survive a power failure.
#ifndef MUSTER_INDEX_STORAGE_FILES_DURABLE_FOLDER_H_
#define MUSTER_INDEX_STORAGE_FILES_DURABLE_FOLDER_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace muster::index {

// Syncs a folder's entries to the disk. For all functions here: FAILED_PRECONDITION names the folder and the
// system's reason; RESOURCE_EXHAUSTED, kDiskFull: the disk has no room.
absl::Status SyncFolder(const std::string& folder);
// Makes `folder` in its parent, which must exist, and syncs the parent. Does nothing when it exists.
absl::Status MakeFolder(const std::string& folder);
// Removes it with its contents. Does nothing when it doesn't exist.
absl::Status RemoveFolder(const std::string& folder);
// Renames a folder within its parent, and syncs the parent.
absl::Status RenameFolder(const std::string& from, const std::string& to);
// The names of all entries.
absl::StatusOr<std::vector<std::string>> ListFolder(const std::string& folder);

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_FILES_DURABLE_FOLDER_H_
