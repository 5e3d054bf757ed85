// The owner of files that are created beside a store's own. For the sources of index/storage.
#ifndef MUSTER_INDEX_STORAGE_FILES_FILE_OWNER_H_
#define MUSTER_INDEX_STORAGE_FILES_FILE_OWNER_H_

#include <string>

namespace muster::index {

// Gives an open file to the owner of the directory, when this process may: files made while an administrator
// verifies a store must open for the server's user afterwards. A failure shows when that user opens them.
void GiveToOwnerOf(const std::string& directory, int file);

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_FILES_FILE_OWNER_H_
