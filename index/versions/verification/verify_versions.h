// The part of a verification that checks rows and versions.
#ifndef MUSTER_INDEX_VERSIONS_VERIFICATION_VERIFY_VERSIONS_H_
#define MUSTER_INDEX_VERSIONS_VERIFICATION_VERIFY_VERSIONS_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "index/storage/environment.h"
#include "index/storage/findings.h"

namespace muster::index {

// Three checks of an index environment. `guard` has already read its records: damaged ones are skipped here.
// Each problem becomes a finding; an error means that a check could not be made.
//   rows: every fragment decodes, and each row's statistics say what its fragments hold.
//   edges: every edge record decodes, and an edge's statistics say what it changes, read from both ends.
//   versions: parents, stores, edges and loads of versions are there, the current version is the latest, and
//   each store and edge belongs to a version or to an open load.
absl::Status VerifyRows(Environment& environment, TreeGuard& guard, Findings& findings);
absl::Status VerifyEdges(Environment& environment, TreeGuard& guard, Findings& findings);
absl::Status VerifyVersionTree(Environment& environment, TreeGuard& guard, Findings& findings);

// One more than the greatest ordinal of everyone's current version; 0 when there is no member.
absl::StatusOr<uint64_t> EndOfEveryone(Environment& environment);

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_VERIFICATION_VERIFY_VERSIONS_H_
