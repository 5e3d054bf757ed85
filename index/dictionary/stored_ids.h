// Which member ids are stored, in a few bytes: what a population's two environments have in common.
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
// The two environments of a population are committed one after the other, ids first. Each load that is
// published writes into `index` which ids were stored by then. So `members` has those, and perhaps more; a
// copy of another day that has fewer, or one that went another way since, doesn't have them.
struct StoredIds {
  Ordinal end = 0;
  uint64_t sum = 0;
  friend bool operator==(const StoredIds&, const StoredIds&) = default;
};

// Writes into the `index` environment which ids there are. Within the transaction that shows a load.
absl::Status WriteNeededIds(WriteTransaction& transaction, const StoredIds& ids);
// What was written there last; none before the first load. DATA_LOSS, kStorageCorrupt.
absl::StatusOr<StoredIds> ReadNeededIds(const Transaction& transaction);
// OK when the `members` environment holds those ids. DATA_LOSS, kStorageCorrupt, one sentence: it ends before
// them, or has others.
absl::Status CheckHoldsIds(const Transaction& members, const StoredIds& ids);

}  // namespace muster::index

#endif  // MUSTER_INDEX_DICTIONARY_STORED_IDS_H_
