#include "index/storage/files/file_owner.h"

#include <sys/stat.h>
#include <unistd.h>

namespace muster::index {

void GiveToOwnerOf(const std::string& directory, int file) {
  struct stat folder = {}, mine = {};
  if (stat(directory.c_str(), &folder) != 0 || fstat(file, &mine) != 0) return;
  if (mine.st_uid == folder.st_uid || mine.st_uid != geteuid()) return;
  [[maybe_unused]] const int given = fchown(file, folder.st_uid, folder.st_gid);
}

}  // namespace muster::index
