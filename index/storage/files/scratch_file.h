// A file without a name, for bytes that the process needs only while it runs.
#ifndef MUSTER_INDEX_STORAGE_FILES_SCRATCH_FILE_H_
#define MUSTER_INDEX_STORAGE_FILES_SCRATCH_FILE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace muster::index {

// Written at its end, read anywhere. The file has no name, so that the system frees it when it is closed, or
// when the process dies. Append is for one thread at a time; reads are thread-safe.
class ScratchFile {
 public:
  // Opens one on the disk of `folder`. `what`: its content, for messages ("records of the load"). Where the
  // file system has no nameless files, it gets a name that is removed at once; a crash between the two leaves
  // an empty file, which SweepScratchFiles removes.
  static absl::StatusOr<std::unique_ptr<ScratchFile>> Open(const std::string& folder, std::string what);
  ~ScratchFile();
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;

  // RESOURCE_EXHAUSTED, kDiskFull, when the disk has no room.
  absl::Status Append(std::string_view bytes);
  // Fills `bytes` from the offset `at`. INTERNAL when the disk doesn't give back what was written.
  absl::Status Read(uint64_t at, absl::Span<char> bytes) const;
  // INTERNAL: for bytes that were read, but are not those that were written.
  absl::Status Damaged() const;

  uint64_t size() const { return size_; }

 private:
  ScratchFile(int file, std::string folder, std::string what);
  absl::Status Unreadable(std::string_view why) const;

  const int file_;
  const std::string folder_;
  const std::string what_;
  uint64_t size_ = 0;
};

// Removes the files that a crash left in `folder` (ScratchFile::Open). One that can't be removed stays.
void SweepScratchFiles(const std::string& folder);

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_FILES_SCRATCH_FILE_H_
