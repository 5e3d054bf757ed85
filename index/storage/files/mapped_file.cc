#include "index/storage/files/mapped_file.h"

#include <sys/stat.h>

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>

namespace muster::index {

// A line of maps: begin-end rights offset major:minor inode path. The device isn't compared: file systems in
// layers show another one here. Inode numbers may meet across file systems, so a line with the path too is
// preferred.
const char* FindMapping(const std::string& path) {
  struct stat wanted;
  if (stat(path.c_str(), &wanted) != 0) return nullptr;
  std::error_code error;
  const std::string canonical = std::filesystem::canonical(path, error).string();
  std::ifstream maps("/proc/self/maps");
  std::string line;
  const char* found = nullptr;
  while (std::getline(maps, line)) {
    uint64_t begin, offset, inode;
    if (std::sscanf(line.c_str(), "%lx-%*x %*s %lx %*x:%*x %lu", &begin, &offset, &inode) != 3) continue;
    if (inode != wanted.st_ino || offset != 0) continue;
    // NOLINTNEXTLINE(performance-no-int-to-ptr): the kernel says addresses as text.
    const char* address = reinterpret_cast<const char*>(begin);
    if (line.ends_with(canonical)) return address;
    if (found == nullptr) found = address;
  }
  return found;
}

}  // namespace muster::index
