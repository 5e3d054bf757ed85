#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "loaders/files/byte_source.h"
#include "text/controls.h"

namespace muster::loaders {
namespace {

std::string ShownPath(const std::string& path) { return absl::StrCat("'", EscapeUnseen(path), "'"); }

}  // namespace

RawFile::RawFile(int fd, std::string shown_name, std::optional<uint64_t> size)
    : fd_(fd), shown_name_(std::move(shown_name)), size_(size) {}

RawFile::~RawFile() {
  if (fd_ != STDIN_FILENO) close(fd_);
}

absl::StatusOr<std::unique_ptr<RawFile>> RawFile::Open(const InputPath& input) {
  if (input.path == "-")
    return std::unique_ptr<RawFile>(new RawFile(STDIN_FILENO, "standard input", std::nullopt));
  const std::string shown = input.shown_name.empty() ? ShownPath(input.path) : input.shown_name;
  const int fd = open(input.path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return absl::ErrnoToStatus(errno, absl::StrCat("the file ", shown, " can't be opened"));
  struct stat about;
  if (fstat(fd, &about) != 0) {
    const int error = errno;
    close(fd);
    return absl::ErrnoToStatus(error, absl::StrCat("the file ", shown, " can't be examined"));
  }
  if (S_ISDIR(about.st_mode)) {
    close(fd);
    return absl::InvalidArgumentError(absl::StrCat(shown, " is a directory: name a file in it"));
  }
  posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
  std::optional<uint64_t> size;
  if (S_ISREG(about.st_mode)) size = static_cast<uint64_t>(about.st_size);
  std::unique_ptr<RawFile> file(new RawFile(fd, shown, size));
  file->is_named_ = input.shown_name.empty();
  return file;
}

absl::StatusOr<size_t> RawFile::Read(absl::Span<char> buffer) {
  size_t filled = 0;
  while (filled < buffer.size()) {
    const ssize_t got = read(fd_, buffer.data() + filled, buffer.size() - filled);
    if (got == 0) break;
    if (got < 0) {
      if (errno == EINTR) continue;
      return absl::ErrnoToStatus(errno,
                                 absl::StrCat(shown_name_, " can't be read on after byte ", bytes_read()));
    }
    filled += static_cast<size_t>(got);
    bytes_read_.fetch_add(static_cast<uint64_t>(got), std::memory_order_relaxed);
  }
  return filled;
}

}  // namespace muster::loaders
