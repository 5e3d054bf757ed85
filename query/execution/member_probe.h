// Tests one member against a program.
#ifndef MUSTER_QUERY_EXECUTION_MEMBER_PROBE_H_
#define MUSTER_QUERY_EXECUTION_MEMBER_PROBE_H_

#include <vector>

#include "absl/status/statusor.h"
#include "index/bitmap/geometry.h"
#include "query/execution/scan.h"

namespace muster::query {

// Whether each root of the job's program selects the member. Reads only single bits of the member's chunk,
// and the whole chunk only for nodes that several roots share. The job's fragments are ignored. Errors as in
// scan.h.
absl::StatusOr<std::vector<bool>> ProbeMember(const ScanJob& job, index::Ordinal ordinal);

}  // namespace muster::query

#endif  // MUSTER_QUERY_EXECUTION_MEMBER_PROBE_H_
