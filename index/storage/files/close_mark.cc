#include "index/storage/files/close_mark.h"

#include <fcntl.h>
#include <unistd.h>
#include <xxhash.h>

#include <cerrno>
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "index/storage/files/file_owner.h"
#include "index/storage/files/lmdb_status.h"

namespace muster::index {
namespace {

// "closed ", the sum, a blank, and a sum of that, each of 16 hexadecimal digits, so that a file that a power
// failure cut short is recognised.
std::string MarkText(uint64_t sum) {
  const std::string head = absl::StrCat("closed ", absl::Hex(sum, absl::kZeroPad16), " ");
  return absl::StrCat(head, absl::Hex(XXH3_64bits(head.data(), head.size()), absl::kZeroPad16), "\n");
}

bool SyncDirectory(const std::string& directory) {
  const int descriptor = open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool synced = fsync(descriptor) == 0;
  close(descriptor);
  return synced;
}

}  // namespace

std::string CloseMarkPath(const std::string& directory) { return absl::StrCat(directory, "/CLOSED"); }

absl::StatusOr<std::optional<uint64_t>> ReadCloseMark(const std::string& directory) {
  const std::string path = CloseMarkPath(directory);
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  // A mark that this user may not read counts as none.
  if (file < 0 && (errno == ENOENT || errno == EACCES)) return std::nullopt;
  if (file < 0) return FromLmdb(errno, absl::StrCat("reading ", path));
  char text[64];
  const ssize_t bytes = pread(file, text, sizeof(text), 0);
  close(file);
  const std::string found(text, bytes > 0 ? static_cast<size_t>(bytes) : 0);
  uint64_t sum = 0;
  if (std::sscanf(found.c_str(), "closed %16lx", &sum) != 1 || found != MarkText(sum)) return std::nullopt;
  return sum;
}

absl::Status RemoveCloseMark(const std::string& directory) {
  const std::string path = CloseMarkPath(directory);
  if (unlink(path.c_str()) != 0) {
    return errno == ENOENT ? absl::OkStatus() : FromLmdb(errno, absl::StrCat("removing ", path));
  }
  return SyncDirectory(directory) ? absl::OkStatus() : FromLmdb(errno, absl::StrCat("removing ", path));
}

void LeaveCloseMark(const std::string& directory, uint64_t sum) {
  const std::string path = CloseMarkPath(directory);
  const std::string text = MarkText(sum);
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0) return;
  const bool whole = write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  GiveToOwnerOf(directory, file);
  close(file);
  if (!whole) unlink(path.c_str());
}

}  // namespace muster::index
