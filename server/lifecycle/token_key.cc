#include "server/lifecycle/token_key.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "index/disk/disk_room.h"
#include "index/status/status_macros.h"
#include "server/wire/page_token.h"

namespace muster::server {
namespace {

constexpr char kFileName[] = "TOKENKEY";

absl::Status SystemError(absl::string_view doing, const std::string& path, int error = errno) {
  if (index::IsNoRoom(error))
    return index::NoRoom(error, absl::StrCat("can't ", doing, " ", path), path, "nothing was changed");
  return absl::FailedPreconditionError(absl::StrCat("can't ", doing, " ", path, ": ", std::strerror(error)));
}

// Written to a temporary file and renamed, so that the key is whole or absent; synced before its first use.
absl::Status WriteKey(const std::string& directory, const std::string& path, const std::string& key) {
  const std::string aside = path + ".new";
  ::unlink(aside.c_str());  // an earlier attempt's file may have other permissions
  const int file = ::open(aside.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  if (file < 0) return SystemError("make", aside);
  int error = index::WriteAll(file, key);
  if (error == 0 && ::fsync(file) != 0) error = errno;
  if (::close(file) != 0 && error == 0) error = errno;
  if (error == 0 && ::rename(aside.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) {
    ::unlink(aside.c_str());
    return SystemError("write", path, error);
  }
  const int folder = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = folder >= 0 && ::fsync(folder) == 0;
  error = errno;
  if (folder >= 0) ::close(folder);
  return synced ? absl::OkStatus() : SystemError("write", directory, error);
}

}  // namespace

absl::StatusOr<std::string> LoadTokenKey(const std::string& directory) {
  const std::string path = absl::StrCat(directory, "/", kFileName);
  const int file = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (file < 0 && errno != ENOENT) return SystemError("read", path);
  if (file >= 0) {
    const absl::Cleanup close = [file] { ::close(file); };
    std::string bytes(kTokenKeyBytes + 1, '\0');
    const ssize_t length = ::read(file, bytes.data(), bytes.size());
    if (length < 0) return SystemError("read", path);
    bytes.resize(static_cast<size_t>(length));
    if (bytes.size() == kTokenKeyBytes) return bytes;
  }
  const std::string key = NewTokenKey();
  RETURN_IF_ERROR(WriteKey(directory, path, key));
  return key;
}

}  // namespace muster::server
