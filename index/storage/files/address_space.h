// Whether this process has address space for a map of a certain size.
#ifndef MUSTER_INDEX_STORAGE_FILES_ADDRESS_SPACE_H_
#define MUSTER_INDEX_STORAGE_FILES_ADDRESS_SPACE_H_

#include <cstddef>

#include "absl/status/status.h"

namespace muster::index {

// Tries to reserve it for a moment. RESOURCE_EXHAUSTED, one sentence with the mend.
absl::Status CheckAddressSpace(size_t bytes);

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_FILES_ADDRESS_SPACE_H_
