// The name of a stored record in messages.
#ifndef MUSTER_INDEX_STORAGE_PAGES_RECORD_NAME_H_
#define MUSTER_INDEX_STORAGE_PAGES_RECORD_NAME_H_

#include <string>
#include <string_view>

#include "index/storage/pages/databases.h"

namespace muster::index {

// "store 3, row 7.0, fragment 12 (fragments)": the key's numbers and the database's name. Accepts any bytes.
std::string RecordName(DatabaseId database, std::string_view key);

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_PAGES_RECORD_NAME_H_
