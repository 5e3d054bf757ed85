#include "tests/index/storage/disk_errors.h"

#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>

namespace muster::index {
namespace {

struct Failing {
  DiskError what;
  int error;
  int failed = 0;
};

std::mutex& Mutex() {
  static auto* const mutex = new std::mutex;
  return *mutex;
}
std::map<std::string, Failing>& AllFailing() {
  static auto* const all = new std::map<std::string, Failing>;
  return *all;
}

std::string PathOf(int file) {
  char path[4096];
  const std::string link = "/proc/self/fd/" + std::to_string(file);
  const ssize_t length = readlink(link.c_str(), path, sizeof path);
  return length > 0 ? std::string(path, static_cast<size_t>(length)) : "";
}

// How a write to the file, or its sync, is to fail.
std::optional<Failing> FailureOf(int file, bool sync) {
  const std::lock_guard<std::mutex> lock(Mutex());
  if (AllFailing().empty()) return std::nullopt;
  const std::string path = PathOf(file);
  for (auto& [part, failing] : AllFailing()) {
    if ((failing.what == DiskError::kSyncFails) != sync || path.find(part) == std::string::npos) continue;
    ++failing.failed;
    return failing;
  }
  return std::nullopt;
}

}  // namespace

FailingDisk::FailingDisk(DiskError what, int error, std::string path) : path_(std::move(path)) {
  const std::lock_guard<std::mutex> lock(Mutex());
  AllFailing()[path_] = {what, error};
}

FailingDisk::~FailingDisk() {
  const std::lock_guard<std::mutex> lock(Mutex());
  AllFailing().erase(path_);
}

int FailingDisk::failed() const {
  const std::lock_guard<std::mutex> lock(Mutex());
  return AllFailing().at(path_).failed;
}

}  // namespace muster::index

namespace {

using muster::index::DiskError;
using muster::index::FailureOf;

// Of a write of `bytes`: how many may be written; -1 and errno: none.
ssize_t Passing(int file, size_t bytes) {
  const auto failure = FailureOf(file, /*sync=*/false);
  if (!failure.has_value()) return static_cast<ssize_t>(bytes);
  if (failure->what == DiskError::kIsShort) return static_cast<ssize_t>(bytes / 2);
  errno = failure->error;
  return -1;
}

int Sync(int file, long call) {
  if (const auto failure = FailureOf(file, /*sync=*/true)) {
    errno = failure->error;
    return -1;
  }
  return static_cast<int>(syscall(call, file));
}

}  // namespace

// In place of the C library's, for this program and its libraries; LMDB calls these.
extern "C" {

__attribute__((visibility("default"))) ssize_t write(int file, const void* bytes, size_t size) {
  const ssize_t passing = Passing(file, size);
  return passing < 0 ? -1 : syscall(SYS_write, file, bytes, passing);
}

__attribute__((visibility("default"))) ssize_t pwrite(int file, const void* bytes, size_t size, off_t at) {
  const ssize_t passing = Passing(file, size);
  return passing < 0 ? -1 : syscall(SYS_pwrite64, file, bytes, passing, at);
}

__attribute__((visibility("default"))) ssize_t writev(int file, const iovec* pieces, int count) {
  const ssize_t passing = Passing(file, 2);
  if (passing < 0) return -1;
  // A short one ends after half of the pieces.
  return syscall(SYS_writev, file, pieces, passing == 2 ? count : (count + 1) / 2);
}

__attribute__((visibility("default"))) int fsync(int file) { return Sync(file, SYS_fsync); }
__attribute__((visibility("default"))) int fdatasync(int file) { return Sync(file, SYS_fdatasync); }

}  // extern "C"
