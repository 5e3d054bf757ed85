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
#include "loaders/files/compression.h"

namespace muster::loaders {
namespace {

constexpr size_t kBufferBytes = 256 << 10;

// `error` is why the file at `path`, or the one beside it that takes its name in the end, can't be created.
absl::Status WhyNotCreated(const std::string& path, int error) {
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  const std::string folder = parent.empty() ? "." : parent.string();
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

OutputFile::OutputFile(std::string path, std::string written_path, int fd)
    : path_(std::move(path)),
      written_path_(std::move(written_path)),
      fd_(fd),
      compression_(Compression::ForName(path_)) {}

OutputFile::~OutputFile() {
  if (fd_ < 0) return;
  close(fd_);
  if (written_path_ != path_) unlink(written_path_.c_str());
}

absl::StatusOr<std::unique_ptr<OutputFile>> OutputFile::Create(const std::string& path) {
  struct stat about;
  const bool special = stat(path.c_str(), &about) == 0 && !S_ISREG(about.st_mode);  // or a directory
  const std::string written = special ? path : absl::StrCat(path, ".partial-", getpid());
  const int fd = open(written.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) return WhyNotCreated(path, errno);
  return std::unique_ptr<OutputFile>(new OutputFile(path, written, fd));
}

absl::Status OutputFile::WriteRaw(absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = write(fd_, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0)
      return absl::ErrnoToStatus(errno,
                                 absl::StrCat("'", path_, "' can't be written; nothing was left there"));
    bytes.remove_prefix(static_cast<size_t>(wrote));
  }
  return absl::OkStatus();
}

absl::Status OutputFile::Flush() {
  if (!failure_.ok()) return failure_;
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
  buffer_.append(bytes.data(), bytes.size());
  return buffer_.size() < kBufferBytes ? failure_ : Flush();
}

absl::Status OutputFile::Publish() {
  absl::Status flushed = Flush();
  if (!flushed.ok()) return flushed;
  if (compression_ != nullptr) {
    auto rest = compression_->Take("", true);
    if (!rest.ok()) return rest.status();
    flushed = WriteRaw(*rest);
    if (!flushed.ok()) return flushed;
  }
  if (close(std::exchange(fd_, -1)) != 0) {
    const int error = errno;
    if (written_path_ != path_) unlink(written_path_.c_str());
    return absl::ErrnoToStatus(error, absl::StrCat("'", path_, "' can't be written to its end"));
  }
  if (written_path_ != path_ && std::rename(written_path_.c_str(), path_.c_str()) != 0) {
    const int error = errno;
    unlink(written_path_.c_str());
    return absl::ErrnoToStatus(error, absl::StrCat("'", path_, "' can't get its name"));
  }
  return absl::OkStatus();
}

}  // namespace muster::loaders
