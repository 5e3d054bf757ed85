// Verifies the stored buckets of salts.
#ifndef MUSTER_INDEX_SALTS_VERIFY_SALTS_H_
#define MUSTER_INDEX_SALTS_VERIFY_SALTS_H_

#include "absl/status/status.h"
#include "index/bitmap/member_ids.h"
#include "index/storage/environment.h"
#include "index/storage/findings.h"

namespace muster::index {

// Reports damage to `findings` as one check: each salt's record must be readable, segments must name it, its
// store must belong to it, and its slices must hold the buckets of exactly the ids that the record says.
// Salts may grow or go meanwhile. `ids`: null if they can't be read; then buckets are not compared with them.
absl::Status VerifySalts(Environment& index, TreeGuard& guard, const MemberIds* ids, Findings& findings);

}  // namespace muster::index

#endif  // MUSTER_INDEX_SALTS_VERIFY_SALTS_H_
