#include "index/disk/disk_room.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <optional>

#include "absl/strings/str_cat.h"
#include "index/status/status_reason.h"

namespace muster::index {
namespace {

namespace fs = std::filesystem;

// The most bytes of a trial, which is more than one transaction writes.
constexpr uint64_t kTrialBytesMax = uint64_t{16} << 20;
constexpr size_t kTrialBlockBytes = size_t{64} << 10;

// `path`, or the nearest folder above it that exists.
fs::path Existing(const std::string& path) {
  std::error_code error;
  fs::path existing = fs::absolute(path, error);
  while (!fs::exists(existing, error) && existing.has_parent_path() && existing != existing.parent_path())
    existing = existing.parent_path();
  return existing;
}

// The mount point of the file system of `path`.
std::string MountPointOf(const std::string& path) {
  fs::path point = Existing(path);
  std::error_code error;
  if (const fs::path whole = fs::canonical(point, error); !error) point = whole;
  struct stat here, above;
  if (::stat(point.c_str(), &here) != 0) return point.string();
  while (point.has_parent_path() && point != point.parent_path()) {
    if (::stat(point.parent_path().c_str(), &above) != 0 || above.st_dev != here.st_dev) break;
    point = point.parent_path();
  }
  return point.string();
}

std::optional<rlim_t> FileSizeLimit() {
  struct rlimit limit;
  if (::getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return std::nullopt;
  return limit.rlim_cur;
}

bool HasNoInode(const std::string& path) {
  struct statvfs disk;
  return ::statvfs(Existing(path).c_str(), &disk) == 0 && disk.f_files > 0 && disk.f_favail == 0;
}

const char* MendOf(int error, const std::string& path) {
  if (error == EDQUOT) return "remove something, or raise the quota";
  if (error == EFBIG) return "raise the limit (ulimit -f, LimitFSIZE= of systemd)";
  return HasNoInode(path) ? "remove some files there" : "free some space there";
}

// Opens an unnamed file on the disk of `folder`; -1 and errno.
int OpenTrialFile(const std::string& folder) {
  const int nameless = ::open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
  if (nameless >= 0 || IsNoRoom(errno)) return nameless;
  const std::string path = absl::StrCat(folder, "/room-", ::getpid(), ".trial");
  const int named = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  if (named >= 0) ::unlink(path.c_str());
  return named;
}

}  // namespace

bool IsNoRoom(int error) { return error == ENOSPC || error == EDQUOT || error == EFBIG; }

std::string DescribeNoRoom(int error, const std::string& path) {
  const std::string point = MountPointOf(path);
  if (error == EDQUOT) return absl::StrCat("the quota on the disk mounted at ", point, " is used up");
  if (error == EFBIG) {
    const std::optional<rlim_t> limit = FileSizeLimit();
    return limit.has_value()
               ? absl::StrCat("this process may write no file beyond ", *limit, " bytes")
               : absl::StrCat("the file would be larger than the disk mounted at ", point, " takes");
  }
  struct statvfs disk;
  if (::statvfs(point.c_str(), &disk) != 0) return absl::StrCat("the disk mounted at ", point, " is full");
  const uint64_t free_bytes = static_cast<uint64_t>(disk.f_bavail) * disk.f_frsize;
  if (HasNoInode(path)) {
    return absl::StrCat("the disk mounted at ", point, " has no inode left for another file, though ",
                        free_bytes, " bytes are free");
  }
  return absl::StrCat("the disk mounted at ", point, " is full (", free_bytes, " bytes free)");
}

absl::Status NoRoom(int error, std::string_view doing, const std::string& path, std::string_view outcome) {
  return WithReason(absl::ResourceExhaustedError(
                        absl::StrCat(std::string(doing), ": ", DescribeNoRoom(error, path), "; ",
                                     std::string(outcome), ": ", MendOf(error, path), " and run this again")),
                    Reason::kDiskFull);
}

int WhyNoRoom(const std::string& file, uint64_t bytes) {
  struct stat about;
  const std::optional<rlim_t> limit = FileSizeLimit();
  if (limit.has_value() && ::stat(file.c_str(), &about) == 0 &&
      static_cast<uint64_t>(about.st_size) + bytes > *limit) {
    return EFBIG;
  }
  const int trial = OpenTrialFile(fs::path(file).parent_path().string());
  if (trial < 0) return IsNoRoom(errno) ? errno : 0;
  const std::string block(kTrialBlockBytes, 'x');
  int error = 0;
  for (uint64_t left = std::min(bytes, kTrialBytesMax); left > 0 && error == 0;) {
    const uint64_t piece = std::min<uint64_t>(left, block.size());
    error = WriteAll(trial, std::string_view(block).substr(0, piece));
    left -= piece;
  }
  // Some file systems allocate space only here.
  if (error == 0 && ::fdatasync(trial) != 0) error = errno;
  ::close(trial);
  return IsNoRoom(error) ? error : 0;
}

int WriteAll(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    if (written == 0) return ENOSPC;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return 0;
}

int WhyNotWritable(const std::string& folder) {
  if (::access(folder.c_str(), W_OK | X_OK) == 0) return 0;
  return errno == EROFS || errno == EACCES ? errno : 0;
}

absl::Status ReadOnly(std::string_view doing) {
  return WithReason(
      absl::FailedPreconditionError(absl::StrCat(
          std::string(doing),
          ": the data directory can't be written, so that it is served for reading alone; mount it "
          "for writing, or give the server's user the right to, and start the server again")),
      Reason::kReadOnly);
}

}  // namespace muster::index
