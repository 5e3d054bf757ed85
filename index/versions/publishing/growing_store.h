// Stores of sets that belong to no tag and grow in place. Like a lone store (lone_store.h), such a store is
// the only version of its own tag number; unlike one, its records change after it became visible.
#ifndef MUSTER_INDEX_VERSIONS_PUBLISHING_GROWING_STORE_H_
#define MUSTER_INDEX_VERSIONS_PUBLISHING_GROWING_STORE_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "index/bitmap/bitmap.h"
#include "index/bitmap/row_id.h"
#include "index/storage/transaction.h"
#include "index/versions/records/version_record.h"

namespace muster::index {

// Makes an empty store, which is visible at once. DropLoneStore and SweepLoneStore remove it.
absl::StatusOr<StoreId> CreateGrowingStore(WriteTransaction& transaction, TagId tag);

// A row's whole new content in a fragment.
struct GrownRow {
  RowId row = 0;
  Bitmap members;
  uint32_t before = 0;  // the cardinality of its content so far
};

// Replaces the rows' records in one fragment, with their statistics. A reader sees the records of one
// transaction in each window; so the sets must be such that any of their states answers correctly. Each row
// takes up to 10 of the transaction's pages. REQUIRES: the store is one of CreateGrowingStore.
absl::Status GrowStore(WriteTransaction& transaction, StoreId store, uint32_t fragment,
                       std::vector<GrownRow> rows);

}  // namespace muster::index

#endif  // MUSTER_INDEX_VERSIONS_PUBLISHING_GROWING_STORE_H_
