#include "server/transport/socket_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "index/status/status_macros.h"

namespace muster::server {
namespace {

constexpr char kScheme[] = "unix:";
// Before the umask. Execution means nothing for a socket.
constexpr mode_t kSocketMode = 0666;
constexpr mode_t kLockMode = 0600;

std::string LockOf(const std::string& path) { return path + ".lock"; }

sockaddr_un AddressOf(const std::string& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, kSocketPathBytesMax);
  return address;
}

absl::Status InUse() {
  return absl::UnavailableError("another server listens there; stop it, or give another --listen.");
}

absl::Status Unusable(int error) {
  if (error == ENOENT) {
    return absl::UnavailableError("its folder is not there; make it, or give another --listen.");
  }
  return absl::UnavailableError(absl::StrCat(std::strerror(error), "; give another --listen."));
}

// This server's lock files are empty. Another file is nobody's to remove.
absl::Status NotALock() {
  return absl::UnavailableError(
      "there is a file of that name with .lock behind it that is no lock; move it away, or give another "
      "--listen.");
}

// Of no plain file: -1.
off_t SizeOf(int descriptor) {
  struct stat open = {};
  return fstat(descriptor, &open) == 0 && S_ISREG(open.st_mode) ? open.st_size : -1;
}

bool SameFile(int descriptor, const std::string& path) {
  struct stat open = {}, named = {};
  return fstat(descriptor, &open) == 0 && stat(path.c_str(), &named) == 0 && open.st_dev == named.st_dev &&
         open.st_ino == named.st_ino;
}

// The descriptor of the locked file.
absl::StatusOr<int> Lock(const std::string& path) {
  for (;;) {
    const int lock = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, kLockMode);
    if (lock < 0) return Unusable(errno);
    if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
      const int error = errno;
      close(lock);
      return error == EWOULDBLOCK ? InUse() : Unusable(error);
    }
    const off_t size = SizeOf(lock);
    if (size == 0 && SameFile(lock, path)) return lock;
    close(lock);
    if (size != 0) return NotALock();
    // Its owner removed it meanwhile.
  }
}

}  // namespace

std::optional<std::string> SocketPathOf(const std::string& address) {
  if (!absl::StartsWith(address, kScheme)) return std::nullopt;
  return address.substr(sizeof(kScheme) - 1);
}

SocketFile::SocketFile(SocketFile&& other) noexcept { *this = std::move(other); }

SocketFile& SocketFile::operator=(SocketFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(lock_, other.lock_);
  std::swap(bound_, other.bound_);
  return *this;
}

SocketFile::~SocketFile() {
  if (lock_ < 0) return;
  if (bound_) unlink(path_.c_str());
  unlink(LockOf(path_).c_str());
  close(lock_);
}

absl::Status SocketFile::MakeRoom() const {
  struct stat there = {};
  if (lstat(path_.c_str(), &there) != 0) return errno == ENOENT ? absl::OkStatus() : Unusable(errno);
  if (!S_ISSOCK(there.st_mode)) {
    return absl::UnavailableError("there is a file of that name that is no socket; give another --listen.");
  }
  // A server of another kind takes no lock.
  const int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (probe < 0) return Unusable(errno);
  const sockaddr_un address = AddressOf(path_);
  const int error =
      connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ? 0 : errno;
  close(probe);
  if (error == 0 || error == EAGAIN) return InUse();
  if (error != ECONNREFUSED && error != ENOENT) return Unusable(error);
  return unlink(path_.c_str()) == 0 || errno == ENOENT ? absl::OkStatus() : Unusable(errno);
}

absl::StatusOr<SocketFile> SocketFile::Bind(const std::string& path, int& bound) {
  ASSIGN_OR_RETURN(const int lock, Lock(LockOf(path)));
  SocketFile file(path, lock);
  RETURN_IF_ERROR(file.MakeRoom());
  const int made = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (made < 0) return Unusable(errno);
  const sockaddr_un address = AddressOf(path);
  // The file gets the mode of the socket, less the umask.
  if (fchmod(made, kSocketMode) != 0 ||
      bind(made, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    const int error = errno;
    close(made);
    return Unusable(error);
  }
  file.bound_ = true;
  bound = made;
  return file;
}

}  // namespace muster::server
