// Verifies the saved segments.
#ifndef MUSTER_INDEX_SEGMENTS_VERIFY_SEGMENTS_H_
#define MUSTER_INDEX_SEGMENTS_VERIFY_SEGMENTS_H_

#include "absl/status/status.h"
#include "index/storage/environment.h"
#include "index/storage/findings.h"

namespace muster::index {

// Reports damage to `findings` as one check: each record must be readable, each name in a definition must be
// that of a segment or id list, and `segments` must agree with `segment_users`, `list_users` and `salt_users`
// on which segment names which of them. Records are compared within one transaction.
absl::Status VerifySegments(Environment& index, TreeGuard& guard, Findings& findings);

}  // namespace muster::index

#endif  // MUSTER_INDEX_SEGMENTS_VERIFY_SEGMENTS_H_
