// Verifies the id lists.
#ifndef MUSTER_INDEX_LISTS_VERIFY_LISTS_H_
#define MUSTER_INDEX_LISTS_VERIFY_LISTS_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "index/bitmap/geometry.h"
#include "index/storage/environment.h"
#include "index/storage/findings.h"

namespace muster::index {

// Reports damage to `findings` as one check: each list's record must be readable, its store must exist and
// belong to it, and the store must hold as many ids as the record says, below its `ordinal_end`. VerifyRows
// verifies the bytes of the set, which is a row.
absl::Status VerifyLists(Environment& index, TreeGuard& guard, Findings& findings);

// One more than the greatest ordinal of all lists with readable records.
absl::StatusOr<Ordinal> EndOfLists(Environment& index);

}  // namespace muster::index

#endif  // MUSTER_INDEX_LISTS_VERIFY_LISTS_H_
