#include "loaders/feeding/record_batcher.h"

#include <utility>

namespace muster::loaders {
namespace {

// A cell costs at most four bytes beyond its text; a line or a rejected record some more.
constexpr size_t kBytesPerCell = 4;
constexpr size_t kBytesPerRejected = 16;

size_t AppendCell(absl::string_view cell, v1::CellColumn& column) {
  std::string& text = *column.mutable_text();
  text.append(cell.data(), cell.size());
  column.add_ends(static_cast<uint32_t>(text.size()));
  return cell.size() + kBytesPerCell;
}

}  // namespace

RecordBatcher::RecordBatcher(size_t id_column, std::vector<size_t> tag_columns)
    : id_column_(id_column), tag_columns_(std::move(tag_columns)) {
  BeginBatch();
}

void RecordBatcher::BeginBatch() {
  message_.Clear();
  batch_ = message_.mutable_batch();
  batch_->mutable_member_ids();
  for (size_t i = 0; i < tag_columns_.size(); ++i) batch_->add_cells();
  batch_records_ = 0;
  batch_bytes_ = 0;
}

void RecordBatcher::TakeRecord(uint64_t line, absl::Span<const absl::string_view> cells) {
  batch_bytes_ += AppendCell(cells[id_column_], *batch_->mutable_member_ids());
  for (size_t tag = 0; tag < tag_columns_.size(); ++tag) {
    batch_bytes_ += AppendCell(cells[tag_columns_[tag]], *batch_->mutable_cells(static_cast<int>(tag)));
  }
  batch_->add_lines(line);
  ++batch_records_;
  ++records_;
}

void RecordBatcher::TakeBroken(const BrokenRecord& record) {
  v1::RejectedRecord* const rejected = batch_->add_rejected();
  rejected->set_line(record.line);
  rejected->set_reason(record.why == BrokenRecord::Why::kCellCount ? v1::REJECTION_REASON_RAGGED
                                                                   : v1::REJECTION_REASON_UNREADABLE);
  rejected->set_message(record.message);
  batch_bytes_ += record.message.size() + kBytesPerRejected;
  ++batch_records_;
  ++records_;
}

v1::LoadRecordsRequest RecordBatcher::TakeBatch() {
  v1::LoadRecordsRequest taken;
  taken.Swap(&message_);
  BeginBatch();
  return taken;
}

}  // namespace muster::loaders
