// One server for each data directory.
#ifndef MUSTER_INDEX_STORAGE_FILES_DIRECTORY_LOCK_H_
#define MUSTER_INDEX_STORAGE_FILES_DIRECTORY_LOCK_H_

#include <string>

#include "absl/status/statusor.h"

namespace muster::index {

// Holds a directory locked until it is destroyed; the system frees the lock when the process dies. The lock
// is on the directory itself: it stays when the directory is renamed, and when any file in it is removed. The
// file LOCK names the holder. Movable.
class DirectoryLock {
 public:
  // FAILED_PRECONDITION naming the holder's process id when another holds it, this process included. The
  // directory must be there.
  static absl::StatusOr<DirectoryLock> Take(const std::string& directory);
  DirectoryLock(DirectoryLock&& other) noexcept;
  DirectoryLock& operator=(DirectoryLock&& other) noexcept;
  ~DirectoryLock();

 private:
  explicit DirectoryLock(int folder) : folder_(folder) {}
  int folder_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_FILES_DIRECTORY_LOCK_H_
