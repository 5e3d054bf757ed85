// What is said when stored bytes are not what was written.
#ifndef MUSTER_INDEX_STORAGE_CORRUPT_H_
#define MUSTER_INDEX_STORAGE_CORRUPT_H_

#include <string_view>

#include "absl/status/status.h"

namespace muster::index {

// DATA_LOSS, kStorageCorrupt: "the stored `what` is damaged: `why`; …".
absl::Status Corrupt(std::string_view what, std::string_view why = "");

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_CORRUPT_H_
