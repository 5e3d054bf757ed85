// Folding edge records into a store's base: the inner loop of the settler (its invariants: settler.h).
#ifndef MUSTER_INDEX_VERSIONS_SETTLING_FOLD_H_
#define MUSTER_INDEX_VERSIONS_SETTLING_FOLD_H_

#include <cstddef>

#include "absl/status/statusor.h"
#include "index/storage/transaction.h"
#include "index/versions/records/version_record.h"

namespace muster::index {

// Folds records of the edge between the store's S and T, from its frontier on: at most `max_records` records
// and passed rows, fewer when the transaction is nearly full. Returns how many. When none is left, S becomes
// T and settling ends. Changes `record`, which the caller writes in the same transaction. REQUIRES:
// record.settling is set, max_records ≥ 1.
absl::StatusOr<size_t> FoldSome(WriteTransaction& transaction, StoreId store, StoreRecord& record,
                                size_t max_records);

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_SETTLING_FOLD_H_
