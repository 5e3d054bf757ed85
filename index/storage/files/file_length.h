// Checks that an environment's file is well-formed, and as long as its meta page says. For this folder's
// sources.
#ifndef MUSTER_INDEX_STORAGE_FILES_FILE_LENGTH_H_
#define MUSTER_INDEX_STORAGE_FILES_FILE_LENGTH_H_

#include <string>

#include "absl/status/status.h"

struct MDB_env;

namespace muster::index {

// DATA_LOSS, kStorageCorrupt, when the two meta pages of `directory`'s file, not yet opened, can't be what
// LMDB wrote there. A file that isn't there, or is empty, is a new one.
absl::Status CheckMetaPages(const std::string& directory);

// DATA_LOSS, kStorageCorrupt, when the file behind `env`, newly opened, ends before a page that may be read:
// touching such a page would end the process with SIGBUS.
absl::Status CheckFileLength(MDB_env* env, const std::string& directory);

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_FILES_FILE_LENGTH_H_
