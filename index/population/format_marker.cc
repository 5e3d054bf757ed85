#include "index/population/format_marker.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"
#include "index/disk/disk_room.h"
#include "index/status/status_macros.h"
#include "index/storage/files/durable_folder.h"
#include "index/storage/pages/databases.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

constexpr char kMarkerName[] = "FORMAT";

absl::Status SystemError(int error, const std::string& doing, const std::string& path) {
  if (IsNoRoom(error)) return NoRoom(error, Sentence("can't ", doing), path, "nothing was changed");
  return absl::FailedPreconditionError(Sentence("can't ", doing, ": ", std::strerror(error)));
}

// Written aside and renamed, so that it is whole or not there.
absl::Status WriteMarker(const std::string& directory) {
  const std::string path = directory + "/" + kMarkerName;
  const std::string aside = path + ".new";
  const std::string content = Sentence("muster ", kFormatVersion, "\n");
  const int file = ::open(aside.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0666);
  if (file < 0) return SystemError(errno, "make " + aside, path);
  int error = WriteAll(file, content);
  if (error == 0 && ::fsync(file) != 0) error = errno;
  if (::close(file) != 0 && error == 0) error = errno;
  if (error == 0 && ::rename(aside.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) return SystemError(error, "write " + path, path);
  return SyncFolder(directory);
}

absl::StatusOr<bool> IsNew(const std::string& directory) {
  ASSIGN_OR_RETURN(const std::vector<std::string> names, ListFolder(directory));
  return std::all_of(names.begin(), names.end(), [](const std::string& name) {
    return name == "LOCK" || name == "FORMAT.new" || name == "lost+found";
  });
}

}  // namespace

absl::Status CheckFormatMarker(const std::string& directory) {
  const std::string path = directory + "/" + kMarkerName;
  std::ifstream in(path);
  if (!in) {
    ASSIGN_OR_RETURN(const bool is_new, IsNew(directory));
    if (is_new) return WriteMarker(directory);
    return absl::FailedPreconditionError(Sentence(directory, " has files in it but no ", kMarkerName,
                                                  ": it is not a data directory; name another"));
  }
  std::string content((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  absl::StripAsciiWhitespace(&content);
  absl::string_view number = content;
  uint32_t version = 0;
  if (!absl::ConsumePrefix(&number, "muster ") || !absl::SimpleAtoi(number, &version)) {
    return absl::FailedPreconditionError(Sentence(path, " doesn't say \"muster\" and a number: ", directory,
                                                  " is not a data directory, or damaged"));
  }
  if (version == kFormatVersion) return absl::OkStatus();
  return absl::FailedPreconditionError(
      Sentence(directory, " has format version ", version, ", and this build knows ", kFormatVersion,
               " only; start the release that wrote it, or name another directory"));
}

}  // namespace muster::index
