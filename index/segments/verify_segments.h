// Verifies the saved segments.
#ifndef MUSTER_INDEX_SEGMENTS_VERIFY_SEGMENTS_H_
#define MUSTER_INDEX_SEGMENTS_VERIFY_SEGMENTS_H_

#include "absl/status/status.h"
#include "index/storage/environment.h"
#include "index/storage/findings.h"

namespace muster::index {

// One check: that each record can be read, that each name in a definition is that of a segment or id list, and
// that `segments`, `segment_users` and `list_users` say the same of who names whom. Records that are compared are of one
// transaction.
absl::Status VerifySegments(Environment& index, TreeGuard& guard, Findings& findings);

}  // namespace muster::index

#endif  // MUSTER_INDEX_SEGMENTS_VERIFY_SEGMENTS_H_
