// The FORMAT file of a data directory: which format version lies in it.
#ifndef MUSTER_INDEX_POPULATION_FORMAT_MARKER_H_
#define MUSTER_INDEX_POPULATION_FORMAT_MARKER_H_

#include <string>

#include "absl/status/status.h"

namespace muster::index {

// Writes the marker into a new directory, and checks it in one that has it. The file says "muster N".
// FAILED_PRECONDITION: another format than this build knows, or a directory with other things in it and no
// marker.
absl::Status CheckFormatMarker(const std::string& directory);

}  // namespace muster::index

#endif  // MUSTER_INDEX_POPULATION_FORMAT_MARKER_H_
