// Disks that fail, without one: writes of this test program come here before they come to the system.
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

// While there is one, writes to files whose path (as /proc/self/fd has it) contains `path` fail. One at a
// time for each path; made and gone while nobody else writes. Only in programs that have disk_errors.cc among
// their sources.
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
