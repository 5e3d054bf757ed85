// The FORMAT file of a data directory: which format version lies in it.
#ifndef MUSTER_INDEX_POPULATION_FORMAT_MARKER_H_
#define MUSTER_INDEX_POPULATION_FORMAT_MARKER_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace muster::index {

// Writes the marker into a new directory, checks it in one that has it, and raises an older one that this
// build reads and goes on with. The file says "muster N".
// FAILED_PRECONDITION: another format than this build knows, or a directory with other things in it and no
// marker.
// Answers the format that it had.
absl::StatusOr<uint32_t> CheckFormatMarker(const std::string& directory);

}  // namespace muster::index

#endif  // MUSTER_INDEX_POPULATION_FORMAT_MARKER_H_
