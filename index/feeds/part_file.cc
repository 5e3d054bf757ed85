#include "index/feeds/part_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>

#include "index/disk/disk_room.h"
#include "index/feeds/part_format.h"
#include "index/status/status_facts.h"
#include "index/status/status_macros.h"
#include "index/status/status_reason.h"
#include "index/storage/fault_point.h"
#include "index/storage/files/durable_folder.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

namespace fs = std::filesystem;

// A crash costs a feeder at most as many bytes of a part, which it sends again.
constexpr uint64_t kSyncEveryBytes = uint64_t{8} << 20;

absl::Status FileError(int error, std::string_view doing, const std::string& path) {
  if (IsNoRoom(error)) return NoRoom(error, doing, path, "batches that were stored before are whole");
  return absl::InternalError(Sentence(doing, ": ", std::strerror(error), "; look at the system's log"));
}

absl::Status Damaged(const PartKey& key, std::string_view why) {
  return WithReason(
      absl::DataLossError(Sentence(TextOf(key), ", as it is stored, is damaged: ", why,
                                   "; feed the part again as another attempt, or abort the load")),
      Reason::kStorageCorrupt);
}

// Reads up to `size` bytes from `at` on; fewer at the end of the file. Nothing and errno when that fails.
std::optional<std::string> ReadAt(int file, uint64_t at, size_t size) {
  std::string bytes(size, '\0');
  size_t have = 0;
  while (have < size) {
    const ssize_t read = ::pread(file, bytes.data() + have, size - have, static_cast<off_t>(at + have));
    if (read < 0 && errno == EINTR) continue;
    if (read < 0) return std::nullopt;
    if (read == 0) break;
    have += static_cast<size_t>(read);
  }
  bytes.resize(have);
  return bytes;
}

// The head of the frame at `at`, if a whole frame of the number is there.
std::optional<FrameHead> FindFrame(int file, uint64_t at, uint64_t number) {
  const std::optional<std::string> head = ReadAt(file, at, kFrameHeadBytes);
  if (!head || head->size() < kFrameHeadBytes) return std::nullopt;
  const FrameHead frame = ReadFrameHead(head->data());
  if (frame.number != number || !HasPossibleSizes(frame)) return std::nullopt;
  const std::optional<std::string> stored = ReadAt(file, at + kFrameHeadBytes, frame.stored);
  if (!stored || !IsWhole(frame, *stored)) return std::nullopt;
  return frame;
}

}  // namespace

std::string TextOf(const PartKey& key) { return Sentence("part '", key.name, "', attempt ", key.attempt); }

absl::StatusOr<std::unique_ptr<PartFile>> PartFile::Make(const std::string& path, PartKey key) {
  std::unique_ptr<PartFile> part(new PartFile(path, std::move(key)));
  const int file = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
  int error = file < 0 ? errno : WriteAll(file, HeadOf(part->key_));
  if (file >= 0) ::close(file);
  if (error != 0) {
    if (file >= 0) ::unlink(path.c_str());
    return FileError(error, Sentence("making the file ", path), path);
  }
  MutexLock lock(part->mutex_);
  part->is_named_ = false;
  part->durable_.bytes = part->written_.bytes = HeadBytes(part->key_);
  return part;
}

absl::StatusOr<std::unique_ptr<PartFile>> PartFile::Open(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (file < 0) return FileError(errno, Sentence("opening ", path), path);
  const std::optional<std::string> head = ReadAt(file, 0, kHeadBytesMax);
  if (!head) {
    const int error = errno;
    ::close(file);
    return FileError(error, Sentence("reading ", path), path);
  }
  const std::optional<PartKey> key = ReadHead(*head);
  if (!key) {
    ::close(file);
    return nullptr;
  }
  std::unique_ptr<PartFile> part(new PartFile(path, *key));
  const absl::Status recovered = part->Recover(file);
  ::close(file);
  RETURN_IF_ERROR(recovered);
  return part;
}

absl::Status PartFile::Recover(int file) {
  MutexLock lock(mutex_);
  struct stat about;
  const std::optional<std::string> mark = ReadAt(file, kMarkAt, kMarkBytes);
  if (!mark || ::fstat(file, &about) != 0) return FileError(errno, Sentence("reading ", path_), path_);
  const std::optional<PartExtent> durable = ReadMark(*mark);
  if (!durable) {
    damage_ = Damaged(key_, "nothing says how much of it was stored");
    return absl::OkStatus();
  }
  const auto size = static_cast<uint64_t>(about.st_size);
  if (size < durable->bytes) {
    damage_ = Damaged(key_, "its end is missing");
    return absl::OkStatus();
  }
  written_ = *durable;
  while (const std::optional<FrameHead> frame = FindFrame(file, written_.bytes, written_.batches)) {
    written_.bytes += kFrameHeadBytes + frame->stored;
    ++written_.batches;
    written_.records += frame->records;
  }
  int error = 0;
  if (size > written_.bytes && ::ftruncate(file, static_cast<off_t>(written_.bytes)) != 0) error = errno;
  if (error == 0 && ::fsync(file) != 0) error = errno;
  if (error != 0) return FileError(error, Sentence("writing ", path_), path_);
  durable_ = written_;
  const std::string now = MarkOf(durable_);
  if (::pwrite(file, now.data(), now.size(), kMarkAt) != static_cast<ssize_t>(now.size()))
    return FileError(errno, Sentence("writing ", path_), path_);
  return absl::OkStatus();
}

PartFile::~PartFile() {
  if (file_ >= 0) ::close(file_);
}

PartExtent PartFile::durable() const {
  MutexLock lock(mutex_);
  return durable_;
}

absl::Status PartFile::Enter() {
  RETURN_IF_ERROR(damage_);
  MutexLock lock(mutex_);
  if (feeds_ == 0) {
    file_ = ::open(path_.c_str(), O_RDWR | O_CLOEXEC);
    if (file_ < 0) return FileError(errno, Sentence("opening ", path_), path_);
  }
  ++feeds_;
  return absl::OkStatus();
}

void PartFile::Leave() {
  MutexLock lock(mutex_);
  if (--feeds_ > 0) return;
  ::close(file_);
  file_ = -1;
}

absl::Status PartFile::TakeBack(int error) {
  // What a failed sync left in the system's cache may never reach the disk. So it must be written again.
  if (::ftruncate(file_, static_cast<off_t>(durable_.bytes)) == 0) written_ = durable_;
  return FileError(error, Sentence("storing batches in ", path_), path_);
}

absl::Status PartFile::Append(uint64_t number, uint32_t records, std::string_view stored, size_t bytes) {
  MutexLock lock(mutex_);
  if (number < written_.batches) return absl::OkStatus();
  if (number > written_.batches) {
    return WithFact(WithReason(absl::FailedPreconditionError(Sentence(
                                   TextOf(key_), " has the batches below ", written_.batches, ", and batch ",
                                   number, " can't follow: send batch ", written_.batches, " first")),
                               Reason::kBatchOutOfOrder),
                    "expected", std::to_string(written_.batches));
  }
  const std::string head = FrameHeadOf(number, records, stored, bytes);
  int error = ::lseek(file_, static_cast<off_t>(written_.bytes), SEEK_SET) < 0 ? errno : 0;
  if (error == 0) error = WriteAll(file_, head);
  FaultPoint("feed/half_appended");
  if (error == 0) error = WriteAll(file_, stored);
  if (error != 0) {
    // If this fails too, the next batch is written over the rest of this one.
    (void)!::ftruncate(file_, static_cast<off_t>(written_.bytes));
    return FileError(error, Sentence("writing a batch to ", path_), path_);
  }
  FaultPoint("feed/appended");
  written_.bytes += head.size() + stored.size();
  ++written_.batches;
  written_.records += records;
  return absl::OkStatus();
}

absl::Status PartFile::Sync() {
  MutexLock lock(mutex_);
  if (written_.batches == durable_.batches) return absl::OkStatus();
  if (::fdatasync(file_) != 0) return TakeBack(errno);
  if (!is_named_) {
    RETURN_IF_ERROR(SyncFolder(fs::path(path_).parent_path().string()));
    is_named_ = true;
  }
  FaultPoint("feed/synced");
  durable_ = written_;
  // It reaches the disk with the next batches at the latest. An older mark only means that more is looked through
  // at the next start.
  const std::string mark = MarkOf(durable_);
  if (::pwrite(file_, mark.data(), mark.size(), kMarkAt) != static_cast<ssize_t>(mark.size()))
    return FileError(errno, Sentence("writing ", path_), path_);
  FaultPoint("feed/marked");
  return absl::OkStatus();
}

uint64_t PartFile::BytesToSync() const {
  MutexLock lock(mutex_);
  return written_.bytes - durable_.bytes;
}

absl::StatusOr<std::unique_ptr<PartFeed>> PartFeed::Open(std::shared_ptr<PartFile> part) {
  RETURN_IF_ERROR(part->Enter());
  return std::unique_ptr<PartFeed>(new PartFeed(std::move(part)));
}

PartFeed::~PartFeed() {
  part_->Sync().IgnoreError();  // else they are sent again
  part_->Leave();
}

absl::Status PartFeed::Append(uint64_t number, uint32_t records, std::string_view batch) {
  const std::string_view stored = Compressed(batch, compressed_);
  RETURN_IF_ERROR(part_->Append(number, records, stored, batch.size()));
  return part_->BytesToSync() >= kSyncEveryBytes ? part_->Sync() : absl::OkStatus();
}

absl::Status PartFeed::Sync() { return part_->Sync(); }

absl::StatusOr<std::unique_ptr<PartReader>> PartReader::Open(const PartFile& part, uint64_t batches) {
  RETURN_IF_ERROR(part.damage());
  const int file = ::open(part.path().c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return FileError(errno, Sentence("opening ", part.path()), part.path());
  return std::unique_ptr<PartReader>(new PartReader(file, part.key(), HeadBytes(part.key()), batches));
}

PartReader::~PartReader() { ::close(file_); }

absl::StatusOr<std::string> PartReader::Next() {
  std::optional<std::string> bytes = ReadAt(file_, at_, kFrameHeadBytes);
  if (!bytes) return FileError(errno, Sentence("reading ", TextOf(key_)), key_.name);
  if (bytes->size() < kFrameHeadBytes) return Damaged(key_, Sentence("batch ", next_, " is missing"));
  const FrameHead head = ReadFrameHead(bytes->data());
  const absl::Status damaged = Damaged(key_, Sentence("batch ", next_, " has other bytes than were written"));
  if (head.number != next_ || !HasPossibleSizes(head)) return damaged;
  bytes = ReadAt(file_, at_ + kFrameHeadBytes, head.stored);
  if (!bytes) return FileError(errno, Sentence("reading ", TextOf(key_)), key_.name);
  if (!IsWhole(head, *bytes)) return damaged;
  std::optional<std::string> batch = Decompressed(head, *std::move(bytes));
  if (!batch) return damaged;
  at_ += kFrameHeadBytes + head.stored;
  ++next_;
  return *std::move(batch);
}

}  // namespace muster::index
