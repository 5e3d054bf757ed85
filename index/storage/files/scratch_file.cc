#include "index/storage/files/scratch_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "index/disk/disk_room.h"
#include "index/status/status_macros.h"
#include "index/storage/files/lmdb_status.h"

namespace muster::index {
namespace {

namespace fs = std::filesystem;

constexpr char kPrefix[] = "scratch-";
constexpr char kSuffix[] = ".tmp";
constexpr char kOutcome[] = "nothing was changed, and what is stored is whole";

// -1 and errno when there is none.
int OpenNameless(const std::string& folder) {
  const int nameless = ::open(folder.c_str(), O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
  const bool unknown = errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL || errno == ENOENT;
  if (nameless >= 0 || !unknown) return nameless;
  std::string name = absl::StrCat(folder, "/", kPrefix, "XXXXXX", kSuffix);
  const int named = ::mkostemps(name.data(), static_cast<int>(std::strlen(kSuffix)), O_CLOEXEC);
  if (named >= 0) ::unlink(name.c_str());
  return named;
}

}  // namespace

absl::StatusOr<std::unique_ptr<ScratchFile>> ScratchFile::Open(const std::string& folder, std::string what) {
  const int file = OpenNameless(folder);
  if (file >= 0) return std::unique_ptr<ScratchFile>(new ScratchFile(file, folder, std::move(what)));
  const int error = errno;
  const std::string doing = absl::StrCat("making a file for ", what, " in ", folder);
  if (IsNoRoom(error)) return NoRoom(error, doing, folder, kOutcome);
  return FromLmdb(error, doing, folder);
}

ScratchFile::ScratchFile(int file, std::string folder, std::string what)
    : file_(file), folder_(std::move(folder)), what_(std::move(what)) {}

ScratchFile::~ScratchFile() { ::close(file_); }

absl::Status ScratchFile::Append(std::string_view bytes) {
  // What a failed attempt wrote is overwritten.
  const bool placed = ::lseek(file_, static_cast<off_t>(size_), SEEK_SET) >= 0;
  if (const int error = placed ? WriteAll(file_, bytes) : errno; error != 0) {
    const std::string doing = absl::StrCat("writing ", what_, " to a file in ", folder_);
    if (IsNoRoom(error)) return NoRoom(error, doing, folder_, kOutcome);
    return absl::InternalError(absl::StrCat(doing, ": ", std::strerror(error), "; ", kOutcome,
                                            ": look at the system's log, and run this again"));
  }
  size_ += bytes.size();
  return absl::OkStatus();
}

absl::Status ScratchFile::Read(uint64_t at, absl::Span<char> bytes) const {
  while (!bytes.empty()) {
    const ssize_t read = ::pread(file_, bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (read < 0 && errno == EINTR) continue;
    if (read < 0) return Unreadable(std::strerror(errno));
    if (read == 0) return Unreadable("the file ends too early");
    at += static_cast<uint64_t>(read);
    bytes.remove_prefix(static_cast<size_t>(read));
  }
  return absl::OkStatus();
}

absl::Status ScratchFile::Damaged() const { return Unreadable("other bytes than were written"); }

absl::Status ScratchFile::Unreadable(std::string_view why) const {
  return absl::InternalError(absl::StrCat("reading back ", what_, " from a file in ", folder_, ": ",
                                          std::string(why), "; ", kOutcome,
                                          ": look at the system's log, and run this again"));
}

void SweepScratchFiles(const std::string& folder) {
  std::error_code error;
  std::vector<fs::path> strays;
  for (fs::directory_iterator entry(folder, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (absl::StartsWith(name, kPrefix) && absl::EndsWith(name, kSuffix)) strays.push_back(entry->path());
  }
  for (const fs::path& stray : strays) fs::remove(stray, error);
}

}  // namespace muster::index
