// The address of a file's mapping. For the sources of index/storage.
#ifndef MUSTER_INDEX_STORAGE_FILES_MAPPED_FILE_H_
#define MUSTER_INDEX_STORAGE_FILES_MAPPED_FILE_H_

#include <string>

namespace muster::index {

// The lowest address at which this process maps the beginning of a file; null when it doesn't. LMDB doesn't
// expose it, and the page meter must distinguish stored pages from copied ones.
const char* FindMapping(const std::string& path);

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_FILES_MAPPED_FILE_H_
