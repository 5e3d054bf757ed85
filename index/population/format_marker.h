// The FORMAT file of a data directory, which holds its format version.
#ifndef MUSTER_INDEX_POPULATION_FORMAT_MARKER_H_
#define MUSTER_INDEX_POPULATION_FORMAT_MARKER_H_

#include <string>

#include "absl/status/status.h"

namespace muster::index {

// Writes the marker into a new directory, or checks an existing one. The file says "muster N".
// FAILED_PRECONDITION: a format that this build doesn't know, or a directory that has other entries and no
// marker.
absl::Status CheckFormatMarker(const std::string& directory);

}  // namespace muster::index

#endif  // MUSTER_INDEX_POPULATION_FORMAT_MARKER_H_
