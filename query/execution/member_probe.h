// One member against a program.
#ifndef MUSTER_QUERY_EXECUTION_MEMBER_PROBE_H_
#define MUSTER_QUERY_EXECUTION_MEMBER_PROBE_H_

#include <vector>

#include "absl/status/statusor.h"
#include "index/bitmap/geometry.h"
#include "query/execution/scan.h"

namespace muster::query {

// Whether each root of the job's program selects the member. Of the member's chunk single bits are read, and
// the whole of it only for nodes that several roots share. The job's fragments are ignored. Errors as in
// scan.h.
absl::StatusOr<std::vector<bool>> ProbeMember(const ScanJob& job, index::Ordinal ordinal);

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_MEMBER_PROBE_H_
