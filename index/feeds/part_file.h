// One part of an open load, in one attempt: a file of numbered batches, in which each batch is whole or not there.
#ifndef MUSTER_INDEX_FEEDS_PART_FILE_H_
#define MUSTER_INDEX_FEEDS_PART_FILE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "index/concurrency/mutex.h"

namespace muster::index {

// The most bytes of a batch, before it is compressed: as many as a message of the wire.
inline constexpr size_t kFedBatchBytesMax = size_t{16} << 20;

// The name of a part, and the attempt at feeding it. A plain value; orders by name, by bytes, then by attempt.
struct PartKey {
  std::string name;
  uint32_t attempt = 0;
  auto operator<=>(const PartKey&) const = default;
};

// `part 'name', attempt 2`.
std::string TextOf(const PartKey& key);

// What of a part is on the disk.
struct PartExtent {
  uint64_t bytes = 0;    // of the file
  uint64_t batches = 0;  // and so the number of the next one
  uint64_t records = 0;
};

// index/FORMAT.md describes the file. Batches are compressed. The file is open while a PartFeed refers to it. Thread-safe.
class PartFile {
 public:
  // Makes the file at `path`. It is durable with the first Sync. RESOURCE_EXHAUSTED, kDiskFull.
  static absl::StatusOr<std::unique_ptr<PartFile>> Make(const std::string& path, PartKey key);
  // Opens the file that the last server left. Whole batches behind the durable ones are kept, and what follows them
  // is cut off: it was being written when that server ended. Null: not even the beginning of the file was
  // written. A file with fewer bytes than were durable, or with another beginning, gives a part that is damaged.
  static absl::StatusOr<std::unique_ptr<PartFile>> Open(const std::string& path);

  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;
  ~PartFile();

  const PartKey& key() const { return key_; }
  const std::string& path() const { return path_; }
  // What a crash leaves, at least.
  PartExtent durable() const ABSL_LOCKS_EXCLUDED(mutex_);
  // OK; DATA_LOSS, kStorageCorrupt, with the mend.
  const absl::Status& damage() const { return damage_; }

 private:
  friend class PartFeed;
  PartFile(std::string path, PartKey key) : path_(std::move(path)), key_(std::move(key)) {}

  absl::Status Recover(int file);
  absl::Status Enter() ABSL_LOCKS_EXCLUDED(mutex_);
  void Leave() ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status Append(uint64_t number, uint32_t records, std::string_view stored, size_t bytes)
      ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status Sync() ABSL_LOCKS_EXCLUDED(mutex_);
  uint64_t BytesToSync() const ABSL_LOCKS_EXCLUDED(mutex_);
  // Takes back what is not durable, after a sync failed with `error` of errno.
  absl::Status TakeBack(int error) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::string path_;
  PartKey key_;
  absl::Status damage_;
  mutable Mutex mutex_;
  int file_ ABSL_GUARDED_BY(mutex_) = -1;
  int feeds_ ABSL_GUARDED_BY(mutex_) = 0;         // that keep the file open
  bool is_named_ ABSL_GUARDED_BY(mutex_) = true;  // the folder's entry is durable
  PartExtent written_ ABSL_GUARDED_BY(mutex_);
  PartExtent durable_ ABSL_GUARDED_BY(mutex_);
};

// Feeds a part. Several feeds of one part may exist at once: a batch is taken from whichever sends it first. For one
// thread at a time. The destructor makes durable what was appended; if that fails, the batches are sent again.
class PartFeed {
 public:
  // DATA_LOSS: the part is damaged. RESOURCE_EXHAUSTED, kDiskFull.
  static absl::StatusOr<std::unique_ptr<PartFeed>> Open(std::shared_ptr<PartFile> part);
  ~PartFeed();
  PartFeed(const PartFeed&) = delete;
  PartFeed& operator=(const PartFeed&) = delete;

  const PartFile& part() const { return *part_; }
  // Appends the batch `number`, which holds so many records. Does nothing if the part has it. Becomes durable with
  // Sync, and by itself every some MiB. FAILED_PRECONDITION, kBatchOutOfOrder: the part lacks a batch before it.
  // RESOURCE_EXHAUSTED, kDiskFull: no room; batches that were durable stay so.
  absl::Status Append(uint64_t number, uint32_t records, std::string_view batch);
  // Makes durable what was appended, by this feed or another. RESOURCE_EXHAUSTED, kDiskFull.
  absl::Status Sync();

 private:
  explicit PartFeed(std::shared_ptr<PartFile> part) : part_(std::move(part)) {}
  const std::shared_ptr<PartFile> part_;
  std::string compressed_;
};

// Reads the first batches of a part, one after another. Not thread-safe.
class PartReader {
 public:
  // REQUIRES: `batches` is at most part.durable().batches.
  static absl::StatusOr<std::unique_ptr<PartReader>> Open(const PartFile& part, uint64_t batches);
  ~PartReader();
  PartReader(const PartReader&) = delete;
  PartReader& operator=(const PartReader&) = delete;

  // Whether all batches were read.
  bool AtEnd() const { return next_ == batches_; }
  // The next batch, as it was appended. DATA_LOSS, kStorageCorrupt: other bytes than were written.
  // REQUIRES: !AtEnd().
  absl::StatusOr<std::string> Next();

 private:
  PartReader(int file, PartKey key, uint64_t at, uint64_t batches)
      : file_(file), key_(std::move(key)), at_(at), batches_(batches) {}

  const int file_;
  const PartKey key_;
  uint64_t at_;
  uint64_t next_ = 0;
  const uint64_t batches_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_FEEDS_PART_FILE_H_
