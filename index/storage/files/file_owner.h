// Who owns the files that are made beside a store's own. For the sources of index/storage.
#ifndef MUSTER_INDEX_STORAGE_FILES_FILE_OWNER_H_
#define MUSTER_INDEX_STORAGE_FILES_FILE_OWNER_H_

#include <string>

namespace muster::index {

// Gives a file that was opened to the owner of the directory, when this process may: what an administrator
// verifies must open for the server's user afterwards. A failure shows when that user opens it.
void GiveToOwnerOf(const std::string& directory, int file);

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_FILES_FILE_OWNER_H_
