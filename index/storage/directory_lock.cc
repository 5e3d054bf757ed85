#include "index/storage/directory_lock.h"

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

std::string HolderOf(int file) {
  char text[32];
  const ssize_t bytes = pread(file, text, sizeof(text), 0);
  const std::string holder(absl::StripAsciiWhitespace(absl::string_view(text, bytes > 0 ? bytes : 0)));
  return holder.empty() ? "another server" : absl::StrCat("the server with process id ", holder);
}

}  // namespace

absl::StatusOr<DirectoryLock> DirectoryLock::Take(const std::string& directory) {
  const std::string path = absl::StrCat(directory, "/LOCK");
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) {
    return absl::FailedPreconditionError(absl::StrCat("cannot open ", path, ": ", std::strerror(errno),
                                                      "; check that the directory is there and writable"));
  }
  DirectoryLock lock(file);
  if (flock(file, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) {
      return absl::FailedPreconditionError(absl::StrCat("cannot lock ", path, ": ", std::strerror(errno)));
    }
    return absl::FailedPreconditionError(absl::StrCat(directory, " is in use by ", HolderOf(file),
                                                      "; stop it first, or give --data another directory"));
  }
  const std::string mine = absl::StrCat(getpid(), "\n");
  if (ftruncate(file, 0) != 0 ||
      pwrite(file, mine.data(), mine.size(), 0) != static_cast<ssize_t>(mine.size())) {
    return absl::ResourceExhaustedError(absl::StrCat("cannot write ", path, ": ", std::strerror(errno)));
  }
  return lock;
}

DirectoryLock::DirectoryLock(DirectoryLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

DirectoryLock& DirectoryLock::operator=(DirectoryLock&& other) noexcept {
  if (this == &other) return *this;
  if (file_ >= 0) close(file_);
  file_ = std::exchange(other.file_, -1);
  return *this;
}

DirectoryLock::~DirectoryLock() {
  if (file_ >= 0) close(file_);
}

}  // namespace muster::index
