// Reads every id list, and says what is not as it should be.
#ifndef MUSTER_INDEX_LISTS_VERIFY_LISTS_H_
#define MUSTER_INDEX_LISTS_VERIFY_LISTS_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "index/bitmap/geometry.h"
#include "index/storage/environment.h"
#include "index/storage/findings.h"

namespace muster::index {

// One check: that each list's record can be read, that its store is there and is its own, and that the store holds
// as many ids as the record says, below the ordinal that it says. The bytes of the set are those of a row, and
// VerifyRows reads them.
absl::Status VerifyLists(Environment& index, TreeGuard& guard, Findings& findings);

// One more than the greatest ordinal of all lists, as far as their records can be read.
absl::StatusOr<Ordinal> EndOfLists(Environment& index);

}  // namespace muster::index

#endif  // MUSTER_INDEX_LISTS_VERIFY_LISTS_H_
