#include "index/versions/publishing/growing_store.h"

#include <algorithm>
#include <utility>

#include "index/status/status_macros.h"
#include "index/storage/counters.h"
#include "index/storage/identity.h"
#include "index/storage/pages/keys.h"
#include "index/versions/publishing/lone_store.h"

namespace muster::index {
namespace {

absl::Status PutRow(WriteTransaction& transaction, StoreId store, uint32_t fragment, GrownRow row) {
  const uint32_t after = row.members.Cardinality();
  if (after == 0 && row.before == 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(RowStats stats, ReadRowStats(transaction, store, row.row));
  stats.cardinality += after;
  stats.cardinality -= row.before;
  if (row.before == 0) ++stats.records;
  RETURN_IF_ERROR(WriteRowStats(transaction, store, row.row, stats));
  return transaction.Put(DatabaseId::kFragments, MakeKey(store, row.row, fragment),
                         EncodeRecord(RecordKind::kImage, std::move(row.members)));
}

}  // namespace

absl::StatusOr<StoreId> CreateGrowingStore(WriteTransaction& transaction, TagId tag) {
  ASSIGN_OR_RETURN(const StoreId store, NextId(transaction, kStoreCounter));
  const StoreRecord record{.tag = tag, .layout = StoreLayout::kRows, .settled = kLoneVersion};
  const VersionRecord version{
      .store = store, .business_day = BusinessDayNumber(kNoDate), .identity = NewIdentity()};
  RETURN_IF_ERROR(transaction.Put(DatabaseId::kStores, MakeKey(store), EncodeStore(record)));
  RETURN_IF_ERROR(transaction.Put(DatabaseId::kVersions, MakeKey(tag, kLoneVersion), EncodeVersion(version)));
  return store;
}

absl::Status GrowStore(WriteTransaction& transaction, StoreId store, uint32_t fragment,
                       std::vector<GrownRow> rows) {
  ASSIGN_OR_RETURN(const StoreRecord record, ReadStore(transaction, store));
  ASSIGN_OR_RETURN(VersionRecord version, ReadVersion(transaction, record.tag, kLoneVersion));
  if (version.store != store) return Corrupt("record of a store");
  if (version.fragment_count <= fragment) {
    version.fragment_count = fragment + 1;
    RETURN_IF_ERROR(
        transaction.Put(DatabaseId::kVersions, MakeKey(record.tag, kLoneVersion), EncodeVersion(version)));
  }
  for (GrownRow& row : rows) RETURN_IF_ERROR(PutRow(transaction, store, fragment, std::move(row)));
  return absl::OkStatus();
}

}  // namespace muster::index
