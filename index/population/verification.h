// Verifies everything that a population has on disk.
#ifndef MUSTER_INDEX_POPULATION_VERIFICATION_H_
#define MUSTER_INDEX_POPULATION_VERIFICATION_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "index/bitmap/member_ids.h"
#include "index/storage/environment.h"
#include "index/storage/findings.h"

namespace muster::index {

// OK when the two have one identity; DATA_LOSS, kStorageCorrupt: each alone is sound, and together they would
// list one population's members by the other's ids.
absl::Status CheckSamePopulation(const Environment& index, const Environment& members);

// Checks, in this order: that the two environments belong together, every record of both against its
// checksum, pages with two uses, rows and edges with their statistics, versions, values, segments, id lists,
// member ids both ways, and stored buckets. Loads may go on meanwhile. Returns the number of problems. Each check and its first problems
// go to `report` when it ends. An error means that a check could not be made. CANCELLED when `report` said to
// stop.
// `ids`: those of `members`, if it is served; null: they are opened when the other checks are done.
absl::StatusOr<uint64_t> VerifyEnvironments(Environment& index, Environment& members, const MemberIds* ids,
                                            Findings::Report report);

// The same for a population of a data directory that no server has open. A population that can't be opened
// has one problem, which says why. A whole one loses the mark of a crash (crash_mark.h), so that the next
// server serves it again. NOT_FOUND: no such population. FAILED_PRECONDITION: a server has the directory
// open.
absl::StatusOr<uint64_t> VerifyFolder(const std::string& data_directory, const std::string& population,
                                      Findings::Report report);

}  // namespace muster::index

#endif  // MUSTER_INDEX_POPULATION_VERIFICATION_H_
