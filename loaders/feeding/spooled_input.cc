#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "index/disk/disk_room.h"
#include "index/status/status_macros.h"
#include "loaders/feeding/schema_choice.h"
#include "loaders/files/byte_source.h"

namespace muster::loaders {
namespace {

constexpr size_t kSpoolBlockBytes = 1 << 20;

absl::Status NotCopied(const std::string& folder, int error) {
  if (index::IsNoRoom(error)) {
    return index::NoRoom(
        error, "standard input is read twice, so it is copied into a file first, which can't be written",
        folder, "name another folder with TMPDIR, give a file, or make room");
  }
  return absl::ErrnoToStatus(
      error, absl::StrCat("standard input is read twice, and can't be copied into the folder '", folder,
                          "'; name another with TMPDIR, or give a file"));
}

absl::Status CopyInput(int fd, const std::string& folder) {
  ASSIGN_OR_RETURN(auto input, RawFile::Open({"-"}));
  std::string block(kSpoolBlockBytes, '\0');
  size_t got_bytes = block.size();
  while (got_bytes == block.size()) {
    ASSIGN_OR_RETURN(got_bytes, input->Read(absl::MakeSpan(block)));
    for (size_t done = 0; done < got_bytes;) {
      const ssize_t wrote = write(fd, block.data() + done, got_bytes - done);
      if (wrote < 0 && errno != EINTR) return NotCopied(folder, errno);
      if (wrote > 0) done += static_cast<size_t>(wrote);
    }
  }
  return absl::OkStatus();
}

}  // namespace

SpooledInput::~SpooledInput() { close(fd_); }

InputPath SpooledInput::path() const { return {absl::StrCat("/proc/self/fd/", fd_), "standard input"}; }

absl::StatusOr<std::unique_ptr<SpooledInput>> SpooledInput::Copy() {
  std::error_code error;
  const std::string folder = std::filesystem::temp_directory_path(error).string();
  std::string path = absl::StrCat(folder, "/muster-input-XXXXXX");
  const int fd = mkostemp(path.data(), O_CLOEXEC);
  if (fd < 0) return NotCopied(folder, errno);
  unlink(path.c_str());
  std::unique_ptr<SpooledInput> spooled(new SpooledInput(fd));
  RETURN_IF_ERROR(CopyInput(fd, folder));
  return spooled;
}

}  // namespace muster::loaders
