// All rejected records of a load, for those who mend its input.
#ifndef MUSTER_INDEX_LOADING_REJECTIONS_KEPT_REJECTIONS_H_
#define MUSTER_INDEX_LOADING_REJECTIONS_KEPT_REJECTIONS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "index/concurrency/mutex.h"
#include "index/loading/plan/load_spec.h"
#include "index/loading/rejections/file_lines.h"
#include "index/storage/files/scratch_file.h"

namespace muster::index {

// Holds rejected records in the order in which they were found, the latest in memory, the others in a file
// without a name, which is gone when this is destroyed or the process ends. Bounded: what comes after the bound
// is counted as missing, and so is what the disk doesn't take; neither disturbs the load. What the file gives
// back is checked against sums of what was written. Thread-safe.
class KeptRejections {
 public:
  static constexpr uint64_t kBytesMax = uint64_t{64} << 20;
  static constexpr size_t kBlockBytes = size_t{256} << 10;

  // The file is on the disk of `folder`. At most `bytes_max` bytes are kept.
  explicit KeptRejections(std::string folder, uint64_t bytes_max = kBytesMax);

  void Add(const RejectedRecord& rejected) ABSL_LOCKS_EXCLUDED(mutex_);
  // As FileLines::Add. Files of records that were added before are found too.
  void AddFile(const InputFile& file) ABSL_LOCKS_EXCLUDED(mutex_);

  // What there was when a reading began. A plain value.
  struct Reading {
    size_t blocks = 0;     // in the file
    std::string rest;      // after them
    uint64_t missing = 0;  // records that were not kept
    std::string why;       // the first one wasn't; empty: none is missing
  };
  Reading BeginReading() const ABSL_LOCKS_EXCLUDED(mutex_);
  // The records of a block, with the names of their files; `block` of reading.blocks gives those of the rest.
  // INTERNAL: the disk doesn't give back what was written. REQUIRES: block <= reading.blocks.
  absl::StatusOr<std::vector<RejectedRecord>> Read(const Reading& reading, size_t block) const
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Bytes of memory, and of the disk.
  uint64_t ByteSize() const ABSL_LOCKS_EXCLUDED(mutex_);
  uint64_t disk_bytes() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Block {
    uint64_t at = 0;
    size_t bytes = 0;
    uint64_t sum = 0;
  };

  absl::Status WriteBlock() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<std::string> ReadBlock(size_t block) const ABSL_LOCKS_EXCLUDED(mutex_);

  const std::string folder_;
  const uint64_t bytes_max_;
  mutable Mutex mutex_;
  std::unique_ptr<ScratchFile> file_ ABSL_GUARDED_BY(mutex_);  // null until a block is full
  std::vector<Block> blocks_ ABSL_GUARDED_BY(mutex_);
  std::string rest_ ABSL_GUARDED_BY(mutex_);
  uint64_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t missing_ ABSL_GUARDED_BY(mutex_) = 0;
  std::string why_ ABSL_GUARDED_BY(mutex_);
  FileLines files_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_REJECTIONS_KEPT_REJECTIONS_H_
