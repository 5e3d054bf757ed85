// Time zones by their IANA names.
#ifndef MUSTER_INDEX_POPULATION_ZONE_H_
#define MUSTER_INDEX_POPULATION_ZONE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace muster::index {

// The zone of an IANA name; empty: UTC. INVALID_ARGUMENT, kBadRequest, also for names of files
// ("/etc/passwd", "../UTC", "localtime").
absl::StatusOr<absl::TimeZone> LoadZone(const std::string& name);

}  // namespace muster::index

#endif  // MUSTER_INDEX_POPULATION_ZONE_H_
