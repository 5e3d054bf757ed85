#include "index/population/format_marker.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"
#include "index/dictionary/sentence.h"
#include "index/storage/databases.h"

namespace muster::index {
namespace {

constexpr char kMarkerName[] = "FORMAT";

absl::Status SystemError(const std::string& doing) {
  return absl::FailedPreconditionError(Sentence("can't ", doing, ": ", std::strerror(errno)));
}

// Written aside and renamed, so that it is whole or not there.
absl::Status WriteMarker(const std::string& directory) {
  const std::string path = directory + "/" + kMarkerName;
  const std::string aside = path + ".new";
  const std::string content = Sentence("muster ", kFormatVersion, "\n");
  const int file = ::open(aside.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644);
  if (file < 0) return SystemError("make " + aside);
  const bool written =
      ::write(file, content.data(), content.size()) == static_cast<ssize_t>(content.size()) &&
      ::fsync(file) == 0;
  const bool closed = ::close(file) == 0;
  if (!written || !closed || ::rename(aside.c_str(), path.c_str()) != 0) return SystemError("write " + path);
  const int folder = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return SystemError("open " + directory);
  const bool synced = ::fsync(folder) == 0;
  ::close(folder);
  return synced ? absl::OkStatus() : SystemError("write " + directory);
}

bool IsNew(const std::string& directory) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    const std::string name = entry.path().filename().string();
    if (name != "LOCK" && name != "FORMAT.new" && name != "lost+found") return false;
  }
  return !error;
}

}  // namespace

absl::Status CheckFormatMarker(const std::string& directory) {
  const std::string path = directory + "/" + kMarkerName;
  std::ifstream in(path);
  if (!in) {
    if (IsNew(directory)) return WriteMarker(directory);
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
  if (version >= kOldestReadableFormat && version <= kFormatVersion) return absl::OkStatus();
  return absl::FailedPreconditionError(Sentence(directory, " has format version ", version,
                                                ", and this build knows ", kOldestReadableFormat, " to ",
                                                kFormatVersion, "; start the build that wrote it"));
}

}  // namespace muster::index
