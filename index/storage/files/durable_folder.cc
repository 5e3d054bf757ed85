#include "index/storage/files/durable_folder.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "index/disk/disk_room.h"
#include "text/sentence.h"

namespace muster::index {

namespace fs = std::filesystem;

namespace {

// `error` of errno: what failed is `doing` ("make the folder /srv/p").
absl::Status FolderError(int error, const std::string& doing, const std::string& folder) {
  if (IsNoRoom(error))
    return NoRoom(error, Sentence("can't ", doing), folder,
                  "nothing was changed, and what is stored is whole");
  return absl::FailedPreconditionError(Sentence("can't ", doing, ": ", std::strerror(error)));
}

}  // namespace

absl::Status SyncFolder(const std::string& folder) {
  const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = file >= 0 && ::fsync(file) == 0;
  const int error = errno;
  if (file >= 0) ::close(file);
  if (synced) return absl::OkStatus();
  return FolderError(error, Sentence("write the folder ", folder), folder);
}

absl::Status MakeFolder(const std::string& folder) {
  std::error_code error;
  const bool made = fs::create_directory(folder, error);
  if (error) return FolderError(error.value(), Sentence("make the folder ", folder), folder);
  if (!made) return absl::OkStatus();
  const fs::path parent = fs::path(folder).parent_path();
  return SyncFolder(parent.empty() ? "." : parent.string());
}

absl::Status RemoveFolder(const std::string& folder) {
  std::error_code error;
  fs::remove_all(folder, error);
  if (!error) return absl::OkStatus();
  return absl::FailedPreconditionError(Sentence("can't remove the folder ", folder, ": ", error.message()));
}

absl::Status RenameFolder(const std::string& from, const std::string& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (!error) return SyncFolder(fs::path(to).parent_path().string());
  return FolderError(error.value(), Sentence("rename the folder ", from, " to ", to), to);
}

absl::StatusOr<std::vector<std::string>> ListFolder(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  fs::directory_iterator entry(folder, error);
  while (!error && entry != fs::directory_iterator()) {
    names.push_back(entry->path().filename().string());
    entry.increment(error);
  }
  if (!error) return names;
  return absl::FailedPreconditionError(Sentence("can't read the folder ", folder, ": ", error.message()));
}

}  // namespace muster::index
