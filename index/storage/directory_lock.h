// One server for each data directory.
#ifndef MUSTER_INDEX_STORAGE_DIRECTORY_LOCK_H_
#define MUSTER_INDEX_STORAGE_DIRECTORY_LOCK_H_

#include <string>

#include "absl/status/statusor.h"

namespace muster::index {

// Holds a directory's LOCK file locked until it is destroyed; the system frees it when the process dies. The
// file says who holds it and is never removed. Movable.
class DirectoryLock {
 public:
  // FAILED_PRECONDITION naming the holder's process id when another holds it, this process included. The
  // directory must be there.
  static absl::StatusOr<DirectoryLock> Take(const std::string& directory);
  DirectoryLock(DirectoryLock&& other) noexcept;
  DirectoryLock& operator=(DirectoryLock&& other) noexcept;
  ~DirectoryLock();

 private:
  explicit DirectoryLock(int file) : file_(file) {}
  int file_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_DIRECTORY_LOCK_H_
