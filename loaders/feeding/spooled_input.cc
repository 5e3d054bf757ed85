#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "loaders/feeding/schema_choice.h"
#include "loaders/files/byte_source.h"

namespace muster::loaders {
namespace {

constexpr size_t kSpoolBlockBytes = 1 << 20;

}  // namespace

SpooledInput::~SpooledInput() { unlink(path_.c_str()); }

absl::StatusOr<std::unique_ptr<SpooledInput>> SpooledInput::Copy() {
  std::error_code error;
  std::string path = (std::filesystem::temp_directory_path(error) / "muster-input-XXXXXX").string();
  const int fd = mkostemp(path.data(), O_CLOEXEC);
  if (fd < 0)
    return absl::ErrnoToStatus(errno, absl::StrCat("no temporary file can be created as '", path, "'"));
  std::unique_ptr<SpooledInput> spooled(new SpooledInput(path));
  auto input = RawFile::Open("-");
  std::string block(kSpoolBlockBytes, '\0');
  absl::Status status = input.status();
  for (size_t got_bytes = block.size(); status.ok() && got_bytes == block.size();) {
    auto got = (*input)->Read(absl::MakeSpan(block));
    status = got.status();
    if (!got.ok()) break;
    got_bytes = *got;
    for (size_t done = 0; status.ok() && done < got_bytes;) {
      const ssize_t wrote = write(fd, block.data() + done, got_bytes - done);
      if (wrote >= 0) {
        done += static_cast<size_t>(wrote);
      } else if (errno != EINTR) {
        status = absl::ErrnoToStatus(errno, absl::StrCat("standard input can't be copied to '", path, "'"));
      }
    }
  }
  close(fd);
  if (!status.ok()) return status;
  return spooled;
}

}  // namespace muster::loaders
