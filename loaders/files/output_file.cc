#include "loaders/files/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "index/disk/disk_room.h"
#include "index/status/status_macros.h"
#include "loaders/files/compression.h"

namespace muster::loaders {
namespace {

constexpr size_t kBufferBytes = 256 << 10;
constexpr size_t kUncopiedBytes = 64 << 10;  // pieces of this size are written at once
constexpr mode_t kPermissions = 0666;        // minus the umask

std::string FolderOf(const std::string& path) {
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  return parent.empty() ? "." : parent.string();
}

// The error for a file at `path` that couldn't be written completely; `outcome`: what exists now.
absl::Status NotWritten(const std::string& path, int error, absl::string_view outcome) {
  const std::string doing = absl::StrCat("the file '", path, "' can't be written");
  if (index::IsNoRoom(error)) return index::NoRoom(error, doing, path, std::string(outcome));
  return absl::ErrnoToStatus(error, absl::StrCat(doing, "; ", outcome));
}

// The error for a file at `path`, or its temporary file beside it, that couldn't be created.
absl::Status WhyNotCreated(const std::string& path, int error) {
  if (index::IsNoRoom(error)) return NotWritten(path, error, "nothing was left there");
  const std::string folder = FolderOf(path);
  std::error_code unknown;
  std::string mend = "name a file elsewhere";
  if (error == EISDIR) {
    mend = "name a file in it";
  } else if (!std::filesystem::is_directory(folder, unknown)) {
    mend = absl::StrCat("make the folder '", folder, "' first, or name a file elsewhere");
  } else if (error == EACCES || error == EPERM || error == EROFS) {
    mend = absl::StrCat("you may not write into '", folder, "'; name a file elsewhere");
  }
  return absl::Status(absl::ErrnoToStatusCode(error), absl::StrCat("the file '", path, "' can't be written (",
                                                                   std::strerror(error), "): ", mend));
}

}  // namespace

OutputFile::OutputFile(std::string path, Place place, int fd)
    : path_(std::move(path)), place_(place), fd_(fd), compression_(Compression::ForName(path_)) {}

OutputFile::~OutputFile() {
  if (fd_ < 0) return;
  close(fd_);
  if (place_ == Place::kBeside) unlink(NameBeside().c_str());
}

std::string OutputFile::NameBeside() const { return absl::StrCat(path_, ".partial-", getpid()); }

absl::StatusOr<std::unique_ptr<OutputFile>> OutputFile::Create(const std::string& path) {
  struct stat about;
  const bool special = stat(path.c_str(), &about) == 0 && !S_ISREG(about.st_mode);  // or a directory
  constexpr int kFlags = O_WRONLY | O_CLOEXEC;
  Place place = special ? Place::kTarget : Place::kNameless;
  int fd = special ? open(path.c_str(), kFlags | O_TRUNC)
                   : open(FolderOf(path).c_str(), kFlags | O_TMPFILE, kPermissions);
  if (fd < 0 && place == Place::kNameless) {
    place = Place::kBeside;
    fd = open(absl::StrCat(path, ".partial-", getpid()).c_str(), kFlags | O_CREAT | O_TRUNC, kPermissions);
  }
  if (fd < 0) return WhyNotCreated(path, errno);
  return std::unique_ptr<OutputFile>(new OutputFile(path, place, fd));
}

absl::Status OutputFile::WriteRaw(absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = write(fd_, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return NotWritten(path_, errno, "nothing was left there");
    bytes.remove_prefix(static_cast<size_t>(wrote));
  }
  return absl::OkStatus();
}

absl::Status OutputFile::Flush() {
  RETURN_IF_ERROR(failure_);
  if (compression_ != nullptr) {
    auto packed = compression_->Take(buffer_, false);
    failure_ = packed.ok() ? WriteRaw(*packed) : packed.status();
  } else {
    failure_ = WriteRaw(buffer_);
  }
  buffer_.clear();
  return failure_;
}

absl::Status OutputFile::Write(absl::string_view bytes) {
  if (compression_ == nullptr && bytes.size() >= kUncopiedBytes) {
    RETURN_IF_ERROR(Flush());
    return failure_ = WriteRaw(bytes);
  }
  buffer_.append(bytes.data(), bytes.size());
  return buffer_.size() < kBufferBytes ? failure_ : Flush();
}

absl::Status OutputFile::Publish() {
  RETURN_IF_ERROR(Flush());
  if (compression_ != nullptr) {
    ASSIGN_OR_RETURN(auto rest, compression_->Take("", true));
    RETURN_IF_ERROR(WriteRaw(rest));
  }
  return TakeName();
}

absl::Status OutputFile::TakeName() {
  const std::string beside = NameBeside();
  // A nameless file can be linked to a new name while it is open; to replace an existing file it must be
  // renamed.
  const bool linked =
      place_ != Place::kNameless || linkat(AT_FDCWD, absl::StrCat("/proc/self/fd/", fd_).c_str(), AT_FDCWD,
                                           beside.c_str(), AT_SYMLINK_FOLLOW) == 0;
  const bool whole = close(std::exchange(fd_, -1)) == 0 && linked;
  if (whole && (place_ == Place::kTarget || std::rename(beside.c_str(), path_.c_str()) == 0))
    return absl::OkStatus();
  const int error = errno;
  unlink(beside.c_str());
  return NotWritten(path_, error, "it has no end, and nothing was left there");
}

}  // namespace muster::loaders
