// What a stored record is called in a sentence about it.
#ifndef MUSTER_INDEX_STORAGE_PAGES_RECORD_NAME_H_
#define MUSTER_INDEX_STORAGE_PAGES_RECORD_NAME_H_

#include <string>
#include <string_view>

#include "index/storage/pages/databases.h"

namespace muster::index {

// "store 3, row 7.0, fragment 12 (fragments)": what the key says, and the database's name. Any bytes will do.
std::string RecordName(DatabaseId database, std::string_view key);

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_PAGES_RECORD_NAME_H_
