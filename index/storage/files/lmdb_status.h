// LMDB's return codes as sentences. For the sources of index/storage.
#ifndef MUSTER_INDEX_STORAGE_FILES_LMDB_STATUS_H_
#define MUSTER_INDEX_STORAGE_FILES_LMDB_STATUS_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace muster::index {

// `code`: LMDB's or errno's, 0 is OK. `doing`: what failed, as in "reading fragments of
// /var/lib/muster/p/index". MAP_FULL → RESOURCE_EXHAUSTED, kStorageFull. ENOSPC, EDQUOT, EFBIG →
// RESOURCE_EXHAUSTED, kDiskFull, naming the disk of `path`. EROFS → FAILED_PRECONDITION, kReadOnly. EIO, and
// damage → DATA_LOSS, kStorageCorrupt.
absl::Status FromLmdb(int code, std::string_view doing, const std::string& path = ".");

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_FILES_LMDB_STATUS_H_
