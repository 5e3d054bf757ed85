// Simulates failing disks: intercepts the writes of this test program before they reach the system.
#ifndef MUSTER_TESTS_INDEX_STORAGE_DISK_ERRORS_H_
#define MUSTER_TESTS_INDEX_STORAGE_DISK_ERRORS_H_

#include <string>

namespace muster::index {

// What a failing disk does with a write.
enum class DiskError {
  kFails,      // writes nothing: errno
  kIsShort,    // writes half of it, and says so
  kSyncFails,  // fsync and fdatasync fail: errno
};

// During its lifetime, writes fail for files whose path (as in /proc/self/fd) contains `path`. One object per
// path at a time; construct and destroy it while no other thread writes. Works only in programs with
// disk_errors.cc among their sources.
class FailingDisk {
 public:
  FailingDisk(DiskError what, int error, std::string path);
  ~FailingDisk();
  FailingDisk(const FailingDisk&) = delete;
  FailingDisk& operator=(const FailingDisk&) = delete;

  // How many writes or syncs failed so far.
  int failed() const;

 private:
  const std::string path_;
};

}  // namespace muster::index

#endif  // MUSTER_TESTS_INDEX_STORAGE_DISK_ERRORS_H_
