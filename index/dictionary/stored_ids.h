// A short summary of the stored member ids, by which a population's two environments are matched.
#ifndef MUSTER_INDEX_DICTIONARY_STORED_IDS_H_
#define MUSTER_INDEX_DICTIONARY_STORED_IDS_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "index/bitmap/geometry.h"
#include "index/storage/transaction.h"

namespace muster::index {

// The ids of all ordinals below `end`, by their sum (SumWithId). A plain value.
//
// The two environments of a population are committed one after the other, ids first. Each published load
// writes into `index` which ids were stored by then. So `members` holds those ids, and perhaps more. A copy
// of another day that holds fewer, or one that diverged since, doesn't match.
struct StoredIds {
  Ordinal end = 0;
  uint64_t sum = 0;
  friend bool operator==(const StoredIds&, const StoredIds&) = default;
};

// Writes `ids` into the `index` environment. Runs in the transaction that publishes a load.
absl::Status WriteNeededIds(WriteTransaction& transaction, const StoredIds& ids);
// The ids that were written last; none before the first load. DATA_LOSS, kStorageCorrupt.
absl::StatusOr<StoredIds> ReadNeededIds(const Transaction& transaction);
// OK when the `members` environment holds those ids. DATA_LOSS, kStorageCorrupt, one sentence: it ends before
// them, or holds others.
absl::Status CheckHoldsIds(const Transaction& members, const StoredIds& ids);

}  // namespace muster::index

#endif  // MUSTER_INDEX_DICTIONARY_STORED_IDS_H_
