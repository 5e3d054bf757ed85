#include "index/loading/intake/record_spool.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "index/status/status_facts.h"
#include "index/status/status_macros.h"
#include "index/storage/fault_point.h"
#include "text/sentence.h"

namespace muster::index {
namespace {

constexpr uint32_t kDropped = std::numeric_limits<uint32_t>::max();
// Record numbers are 32-bit; the last is kDropped.
constexpr uint64_t kRecordsMax = kDropped;

// Makes room for `more`, and for a quarter of the present size: doubling would hold twice what a large load
// needs.
template <typename T>
void MakeRoom(std::vector<T>& vector, size_t more) {
  if (vector.capacity() - vector.size() >= more) return;
  vector.reserve(std::max(vector.size() + more, vector.capacity() + vector.capacity() / 4));
}

template <typename T>
uint64_t BytesOf(const std::vector<T>& vector) {
  return vector.capacity() * sizeof(T);
}

void AppendColumn(const TypedColumn& from, const std::vector<uint32_t>& number_of, TypedColumn& to) {
  MakeRoom(to.records, from.records.size());
  MakeRoom(to.values, from.values.size());
  MakeRoom(to.numbers, from.numbers.size());
  for (size_t i = 0; i < from.size(); ++i) {
    const uint32_t number = number_of[from.records[i]];
    if (number == kDropped) continue;
    to.records.push_back(number);
    if (!from.values.empty()) to.values.push_back(from.values[i]);
    if (!from.numbers.empty()) to.numbers.push_back(from.numbers[i]);
  }
  for (const uint32_t record : from.cleared) {
    if (number_of[record] != kDropped) to.cleared.push_back(number_of[record]);
  }
}

}  // namespace

RecordSpool::RecordSpool(size_t tag_count, SpoolOptions options, std::vector<bool> counted)
    : options_(std::move(options)), counted_(std::move(counted)) {
  records_.columns.resize(tag_count);
}

absl::Status RecordSpool::Append(absl::Span<const Ordinal> ordinals, const BatchRejections& rejections,
                                 absl::Span<const TypedColumn> columns) {
  RETURN_IF_ERROR(CheckRoom(ordinals.size()));
  std::vector<uint32_t> number_of(ordinals.size(), kDropped);
  MakeRoom(records_.ordinals, ordinals.size());
  MakeRoom(records_.lines, ordinals.size());
  for (size_t i = 0; i < ordinals.size(); ++i) {
    if (rejections.rejected(i)) continue;
    number_of[i] = static_cast<uint32_t>(records_.ordinals.size());
    records_.ordinals.push_back(ordinals[i]);
    records_.lines.push_back(rejections.line(i));
  }
  for (size_t tag = 0; tag < columns.size(); ++tag)
    AppendColumn(columns[tag], number_of, records_.columns[tag]);
  return RecordBytes() > options_.spill_beyond ? Spill() : absl::OkStatus();
}

absl::Status RecordSpool::Spill() {
  if (records_.ordinals.empty()) return absl::OkStatus();
  if (file_ == nullptr) {
    if (options_.folder.empty()) return absl::InternalError("there is no folder for the records of the load");
    ASSIGN_OR_RETURN(std::unique_ptr<SpillFile> file,
                     SpillFile::Open(options_.folder, records_.columns.size(), options_.range_bits));
    RETURN_IF_ERROR(file->Write(records_));
    file_ = std::move(file);
  } else {
    RETURN_IF_ERROR(file_->Write(records_));
  }
  FaultPoint("load/spilled");
  CountValues();
  spilled_records_ += records_.ordinals.size();
  Take();
  return absl::OkStatus();
}

void RecordSpool::CountValues() {
  value_counts_.resize(records_.columns.size());
  for (size_t tag = 0; tag < records_.columns.size(); ++tag) {
    if (tag >= counted_.size() || !counted_[tag]) continue;
    std::vector<uint32_t>& counts = value_counts_[tag];
    for (const ValueId value : records_.columns[tag].values) {
      if (value >= counts.size())
        counts.resize(std::max<size_t>(value + 1, counts.size() + counts.size() / 4));
      ++counts[value];
    }
  }
}

std::vector<uint64_t> RecordSpool::entry_counts() const {
  std::vector<uint64_t> counts;
  for (const TypedColumn& column : records_.columns) counts.push_back(column.size() + column.cleared.size());
  return counts;
}

uint64_t RecordSpool::RecordBytes() const {
  uint64_t bytes = BytesOf(records_.ordinals) + BytesOf(records_.lines);
  for (const TypedColumn& column : records_.columns) bytes += column.ByteSize();
  return bytes;
}

uint64_t RecordSpool::ByteSize() const {
  uint64_t bytes = RecordBytes() + (file_ == nullptr ? 0 : file_->ByteSize());
  for (const std::vector<uint32_t>& counts : value_counts_) bytes += BytesOf(counts);
  return bytes;
}

uint64_t RecordSpool::LargestVectorBytes() const {
  uint64_t largest = BytesOf(records_.lines);
  for (const TypedColumn& column : records_.columns) {
    largest = std::max({largest, BytesOf(column.records), BytesOf(column.values), BytesOf(column.numbers)});
  }
  return largest;
}

SpooledRecords RecordSpool::Take() {
  SpooledRecords taken = std::move(records_);
  records_ = SpooledRecords();
  records_.columns.resize(taken.columns.size());
  return taken;
}

absl::Status RecordSpool::CheckRoom(size_t batch_records) const {
  if (record_count() + batch_records <= kRecordsMax) return absl::OkStatus();
  return WithLimit(absl::ResourceExhaustedError(
                       Sentence("a load takes at most ", kRecordsMax, " records; split the input")),
                   kRecordsMax);
}

}  // namespace muster::index
