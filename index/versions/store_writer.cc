#include "index/versions/store_writer.h"

#include <algorithm>
#include <utility>

#include "index/storage/counters.h"
#include "index/storage/fault_point.h"
#include "index/storage/keys.h"
#include "index/versions/sweeper.h"

namespace muster::index {

absl::StatusOr<StoreWriter> StoreWriter::Begin(WriterQueue& writer, LoadId load, TagId tag,
                                               StoreLayout layout) {
  StagedVersion staged{.tag = tag, .load = load};
  absl::Status status = writer.Run(WriteClass::kStaging, [&](WriteTransaction& transaction) {
    absl::StatusOr<uint32_t> store = NextId(transaction, kStoreCounter);
    if (!store.ok()) return store.status();
    staged.new_store = *store;
    const StoreRecord record{.tag = tag, .layout = layout};
    absl::Status put = transaction.Put(DatabaseId::kStores, MakeKey(*store), EncodeStore(record));
    if (!put.ok()) return put;
    return RegisterStaged(transaction, {StagedKind::kStore, *store, load});
  });
  if (!status.ok()) return status;
  FaultPoint("staging/store_registered");
  return StoreWriter(writer, staged);
}

absl::Status StoreWriter::Put(RowId row, uint32_t fragment, Bitmap bitmap) {
  const Frontier here{row, fragment};
  if (last_.has_value() && here <= *last_) {
    return absl::InvalidArgumentError("fragments of a new store must come in ascending order");
  }
  const uint32_t cardinality = bitmap.Cardinality();
  if (cardinality == 0) return absl::OkStatus();
  if (last_.has_value() && last_->row != row) {
    if (absl::Status status = EndRow(); !status.ok()) return status;
  }
  last_ = here;
  row_stats_.cardinality += cardinality;
  ++row_stats_.records;
  ++staged_.changed_records;
  staged_.fragment_count = std::max(staged_.fragment_count, fragment + 1);
  return batch_.Add(DatabaseId::kFragments, MakeKey(staged_.new_store, row, fragment),
                    EncodeRecord(RecordKind::kImage, std::move(bitmap)));
}

absl::Status StoreWriter::EndRow() {
  const RowStats stats = std::exchange(row_stats_, RowStats{});
  return batch_.Add(DatabaseId::kRowStats, MakeKey(staged_.new_store, last_->row), EncodeRowStats(stats));
}

absl::StatusOr<StagedVersion> StoreWriter::Finish() {
  if (last_.has_value()) {
    if (absl::Status status = EndRow(); !status.ok()) return status;
  }
  if (absl::Status status = batch_.Flush(); !status.ok()) return status;
  return staged_;
}

}  // namespace muster::index
