// Folders that are still there after the power went.
#ifndef MUSTER_INDEX_POPULATION_DURABLE_FOLDER_H_
#define MUSTER_INDEX_POPULATION_DURABLE_FOLDER_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace muster::index {

// Writes a folder's entries to the disk. FAILED_PRECONDITION, as all here, names the folder and the system's
// reason; RESOURCE_EXHAUSTED, kDiskFull, when the disk has no room.
absl::Status SyncFolder(const std::string& folder);
// Makes `folder`, whose parent is there, and writes its parent's entries; nothing when it is there.
absl::Status MakeFolder(const std::string& folder);
// Removes it with all that is in it; nothing when it isn't there.
absl::Status RemoveFolder(const std::string& folder);
// Renames a folder within its parent, and writes the parent's entries.
absl::Status RenameFolder(const std::string& from, const std::string& to);
// The names of all entries.
absl::StatusOr<std::vector<std::string>> ListFolder(const std::string& folder);

}  // namespace muster::index

#endif  // MUSTER_INDEX_POPULATION_DURABLE_FOLDER_H_
