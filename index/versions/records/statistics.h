// Cardinalities of rows in any version, from statistics and not from bitmaps.
#ifndef MUSTER_INDEX_VERSIONS_RECORDS_STATISTICS_H_
#define MUSTER_INDEX_VERSIONS_RECORDS_STATISTICS_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "index/storage/transaction.h"
#include "index/versions/records/store_path.h"

namespace muster::index {

// Exact, also while the store settles. REQUIRES: `path` was found in the same transaction.
absl::StatusOr<uint64_t> CardinalityOf(const Transaction& transaction, const StorePath& path, RowId row);

// The same for many rows, in their order. Ascending rows take one walk.
absl::StatusOr<std::vector<uint64_t>> CardinalitiesOf(const Transaction& transaction, const StorePath& path,
                                                      absl::Span<const RowId> rows);

// (row, cardinality) of every row in [first, last] that isn't empty, ascending.
absl::StatusOr<std::vector<std::pair<RowId, uint64_t>>> CardinalitiesOf(const Transaction& transaction,
                                                                        const StorePath& path, RowId first,
                                                                        RowId last);

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_RECORDS_STATISTICS_H_
