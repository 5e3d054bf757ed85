#include "loaders/feeding/record_batcher.h"

#include <utility>

namespace muster::loaders {
namespace {

constexpr size_t kBytesPerRecord = 8;  // line and end of the id
constexpr size_t kBytesPerRejected = 16;

v1::RejectionReason ReasonOf(BrokenRecord::Why why) {
  switch (why) {
    case BrokenRecord::Why::kCellCount:
      return v1::REJECTION_REASON_RAGGED;
    case BrokenRecord::Why::kEncoding:
      return v1::REJECTION_REASON_BAD_TEXT;
    case BrokenRecord::Why::kCell:
      return v1::REJECTION_REASON_BAD_CELL;
    case BrokenRecord::Why::kTag:
      return v1::REJECTION_REASON_UNKNOWN_TAG;
    case BrokenRecord::Why::kText:
      break;
  }
  return v1::REJECTION_REASON_UNREADABLE;
}

}  // namespace

RecordBatcher::RecordBatcher(size_t id_column, std::vector<size_t> tag_columns)
    : id_column_(id_column), tag_columns_(std::move(tag_columns)), coders_(tag_columns_.size()) {
  BeginBatch();
}

void RecordBatcher::BeginBatch() {
  message_.Clear();
  batch_ = message_.mutable_batch();
  batch_->mutable_member_ids();
  for (ColumnCoder& coder : coders_) coder.Begin(batch_->add_cells());
  batch_records_ = 0;
  batch_bytes_ = 0;
}

void RecordBatcher::AppendId(absl::string_view id) {
  std::string& ids = *batch_->mutable_member_ids()->mutable_text();
  ids.append(id.data(), id.size());
  batch_->mutable_member_ids()->add_ends(static_cast<uint32_t>(ids.size()));
  batch_bytes_ += id.size() + kBytesPerRecord;
}

void RecordBatcher::TakeLong(uint64_t line, absl::string_view member_id, uint16_t tag,
                             absl::string_view cell) {
  AppendId(member_id);
  batch_bytes_ += coders_[0].Add(cell) + sizeof(tag);
  const char bytes[] = {static_cast<char>(tag & 0xff), static_cast<char>(tag >> 8)};
  batch_->mutable_tag_numbers()->append(bytes, sizeof(bytes));
  batch_->add_lines(line);
  EndRecord();
}

void RecordBatcher::TakeRecord(uint64_t line, absl::Span<const absl::string_view> cells) {
  AppendId(cells[id_column_]);
  for (size_t tag = 0; tag < tag_columns_.size(); ++tag)
    batch_bytes_ += coders_[tag].Add(cells[tag_columns_[tag]]);
  batch_->add_lines(line);
  EndRecord();
}

void RecordBatcher::TakeBroken(const BrokenRecord& record) {
  v1::RejectedRecord* const rejected = batch_->add_rejected();
  rejected->set_line(record.line);
  rejected->set_reason(ReasonOf(record.why));
  rejected->set_message(record.message);
  batch_bytes_ += record.message.size() + kBytesPerRejected;
  EndRecord();
}

void RecordBatcher::EndRecord() {
  ++batch_records_;
  ++records_;
  if (batch_records_ == kBatchRecords || batch_bytes_ >= kBatchBytes) EndBatch();
}

void RecordBatcher::EndBatch() {
  complete_.emplace_back().Swap(&message_);
  BeginBatch();
}

v1::LoadRecordsRequest RecordBatcher::TakeBatch() {
  if (complete_.empty()) EndBatch();
  v1::LoadRecordsRequest taken;
  taken.Swap(&complete_.front());
  complete_.pop_front();
  return taken;
}

}  // namespace muster::loaders
