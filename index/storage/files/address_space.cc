#include "index/storage/files/address_space.h"

#include <sys/mman.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace muster::index {

absl::Status CheckAddressSpace(size_t bytes) {
  void* reserved = mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (reserved != MAP_FAILED) {
    munmap(reserved, bytes);
    return absl::OkStatus();
  }
  return absl::ResourceExhaustedError(
      absl::StrCat("this process has no room for a map of ", bytes, " bytes (", std::strerror(errno),
                   "); give a smaller --map-size, or raise the limit of address space (ulimit -v)"));
}

}  // namespace muster::index
