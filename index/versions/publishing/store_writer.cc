#include "index/versions/publishing/store_writer.h"

#include <algorithm>
#include <utility>

#include "index/status/status_macros.h"
#include "index/storage/pages/keys.h"

namespace muster::index {

absl::StatusOr<StoreWriter> StoreWriter::Begin(StagedBatch& batch, TagId tag, StoreLayout layout,
                                               const ValuesWithRows& values_with_rows, int scale) {
  ASSIGN_OR_RETURN(const uint32_t store, batch.Register(StagedKind::kStore));
  const StoreRecord record{.tag = tag, .layout = layout, .scale = static_cast<uint8_t>(scale)};
  RETURN_IF_ERROR(batch.Add(DatabaseId::kStores, MakeKey(store), EncodeStore(record)));
  if (layout == StoreLayout::kFrequentRowsAndValueSlices) {
    RETURN_IF_ERROR(
        batch.Add(DatabaseId::kValuesWithRows, MakeKey(store), EncodeValues(values_with_rows.values())));
  }
  return StoreWriter(batch, {.tag = tag, .load = batch.load(), .new_store = store});
}

void StoreWriter::BeginPart(StagedBatch& batch) {
  batch_ = &batch;
  if (!totals_) totals_.emplace();
  if (last_.has_value()) totals_->Add(last_->row, std::exchange(row_stats_, RowStats{}));
  last_.reset();
}

absl::Status StoreWriter::MoveTo(Frontier here) {
  if (last_.has_value() && here <= *last_) {
    return absl::InvalidArgumentError("fragments of a new store must come in ascending order");
  }
  if (last_.has_value() && last_->row != here.row) {
    RETURN_IF_ERROR(EndRow());
  }
  last_ = here;
  return absl::OkStatus();
}

absl::Status StoreWriter::PutCount(RowId row, uint64_t cardinality) {
  if (cardinality == 0) return absl::OkStatus();
  if (last_.has_value() && row <= last_->row) {
    return absl::InvalidArgumentError("rows of a new store must come in ascending order");
  }
  RETURN_IF_ERROR(MoveTo({row, kLastFragment}));
  row_stats_.cardinality = cardinality;
  return absl::OkStatus();
}

absl::Status StoreWriter::Put(RowId row, uint32_t fragment, Bitmap bitmap) {
  const uint32_t cardinality = bitmap.Cardinality();
  if (cardinality == 0) return absl::OkStatus();
  RETURN_IF_ERROR(MoveTo({row, fragment}));
  row_stats_.cardinality += cardinality;
  ++row_stats_.records;
  ++staged_.changed_records;
  staged_.fragment_count = std::max(staged_.fragment_count, fragment + 1);
  return batch_->Add(DatabaseId::kFragments, MakeKey(staged_.new_store, row, fragment),
                     EncodeRecord(RecordKind::kImage, std::move(bitmap)));
}

absl::Status StoreWriter::EndRow() {
  const RowStats stats = std::exchange(row_stats_, RowStats{});
  if (!totals_) return AddStats(last_->row, stats);
  totals_->Add(last_->row, stats);
  return absl::OkStatus();
}

absl::Status StoreWriter::AddStats(RowId row, const RowStats& stats) {
  if (row == kKnownRow) staged_.known_change = static_cast<int64_t>(stats.cardinality);
  return batch_->Add(DatabaseId::kRowStats, MakeKey(staged_.new_store, row), EncodeRowStats(stats));
}

absl::StatusOr<StagedVersion> StoreWriter::Finish() {
  if (last_.has_value()) {
    RETURN_IF_ERROR(EndRow());
  }
  if (totals_) {
    RETURN_IF_ERROR(
        totals_->Visit([this](RowId row, const RowStats& total) { return AddStats(row, total); }));
  }
  return staged_;
}

}  // namespace muster::index
