#include "index/storage/files/directory_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace muster::index {
namespace {

std::string HolderOf(const std::string& path) {
  char text[32] = {};
  const int file = open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  const ssize_t bytes = file < 0 ? 0 : read(file, text, sizeof(text));
  if (file >= 0) close(file);
  const std::string holder(absl::StripAsciiWhitespace(absl::string_view(text, bytes > 0 ? bytes : 0)));
  return holder.empty() ? "another server" : absl::StrCat("the server with process id ", holder);
}

absl::Status SystemError(const char* doing, const std::string& path, const char* mend = "") {
  return absl::FailedPreconditionError(
      absl::StrCat("cannot ", doing, " ", path, ": ", std::strerror(errno), mend));
}

// Writes who holds the directory. For people only, so it may fail, as on a full disk: the lock is not on this
// file.
void WriteHolder(const std::string& path) {
  const int file =
      open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
  if (file < 0) return;
  const std::string mine = absl::StrCat(getpid(), "\n");
  [[maybe_unused]] const ssize_t written = write(file, mine.data(), mine.size());
  close(file);
}

}  // namespace

absl::StatusOr<DirectoryLock> DirectoryLock::Take(const std::string& directory) {
  const std::string path = absl::StrCat(directory, "/LOCK");
  const int folder = open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return SystemError("open", directory, "; check that the directory is there and readable");
  DirectoryLock lock(folder);
  if (flock(folder, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return SystemError("lock", directory);
    return absl::FailedPreconditionError(absl::StrCat(directory, " is in use by ", HolderOf(path),
                                                      "; stop it first, or give --data another directory"));
  }
  WriteHolder(path);
  return lock;
}

DirectoryLock::DirectoryLock(DirectoryLock&& other) noexcept : folder_(std::exchange(other.folder_, -1)) {}

DirectoryLock& DirectoryLock::operator=(DirectoryLock&& other) noexcept {
  if (this == &other) return *this;
  if (folder_ >= 0) close(folder_);
  folder_ = std::exchange(other.folder_, -1);
  return *this;
}

DirectoryLock::~DirectoryLock() {
  if (folder_ >= 0) close(folder_);
}

}  // namespace muster::index
