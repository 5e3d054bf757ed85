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
void MakeRoom(BlockVector<T>& vector, size_t more) {
  if (vector.capacity() - vector.size() >= more) return;
  vector.reserve(std::max(vector.size() + more, vector.capacity() + vector.capacity() / 4));
}

template <typename Vector>
uint64_t BytesOf(const Vector& vector) {
  return vector.capacity() * sizeof(typename Vector::value_type);
}

// Of the elements alone, without the room for more.
uint64_t BytesIn(const SpooledRecords& records) {
  uint64_t bytes = records.ordinals.size() * (sizeof(Ordinal) + sizeof(uint64_t));
  for (const TypedColumn& column : records.columns) {
    bytes += (column.records.size() + column.cleared.size()) * sizeof(uint32_t) +
             column.values.size() * sizeof(ValueId) + column.numbers.size() * sizeof(int64_t);
  }
  return bytes;
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
  if (BytesIn(records_) > options_.pack_beyond) PackInPlace();
  return RecordBytes() > options_.spill_beyond ? Spill() : absl::OkStatus();
}

void RecordSpool::PackInPlace() {
  if (records_.ordinals.empty()) return;
  if (parts_ == nullptr) parts_ = std::make_unique<RecordParts>(options_.range_bits);
  parts_->Add(records_);
  CountValues();
  packed_records_ += records_.ordinals.size();
  records_.ordinals.clear();
  records_.lines.clear();
  for (TypedColumn& column : records_.columns) column.Clear();
}

void RecordSpool::Pack() {
  PackInPlace();
  Take();
}

absl::Status RecordSpool::Spill() {
  Pack();
  if (parts_ == nullptr) return absl::OkStatus();
  if (options_.folder.empty()) return absl::InternalError("there is no folder for the records of the load");
  RETURN_IF_ERROR(parts_->MoveToDisk(options_.folder));
  FaultPoint("load/spilled");
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

RangeSize RecordSpool::UnpackedSize() const {
  RangeSize size{.records = records_.ordinals.size()};
  for (const TypedColumn& column : records_.columns)
    size.largest = std::max<uint64_t>(size.largest, column.size() + column.cleared.size());
  return size;
}

uint64_t RecordSpool::RecordBytes() const {
  uint64_t bytes = BytesOf(records_.ordinals) + BytesOf(records_.lines);
  for (const TypedColumn& column : records_.columns) bytes += column.ByteSize();
  return bytes + (parts_ == nullptr ? 0 : parts_->PackedBytes());
}

uint64_t RecordSpool::ByteSize() const {
  uint64_t bytes = RecordBytes() + (parts_ == nullptr ? 0 : parts_->FixedBytes());
  for (const std::vector<uint32_t>& counts : value_counts_) bytes += BytesOf(counts);
  return bytes;
}

// The columns grow by a quarter, one after another, and a vector that grows is there twice.
uint64_t RecordSpool::BytesToAppend(uint64_t batch_bytes) const {
  uint64_t largest = BytesOf(records_.lines);
  for (const TypedColumn& column : records_.columns) {
    largest = std::max({largest, BytesOf(column.records), BytesOf(column.values), BytesOf(column.numbers)});
  }
  const uint64_t held = BytesIn(records_), more = held / 4 + largest + batch_bytes;
  return held + batch_bytes > options_.pack_beyond ? more + BytesToPack() + 2 * batch_bytes : more;
}

// The packed form is hardly larger than the columns. One column and the records are held in another order.
uint64_t RecordSpool::BytesToPack() const { return 2 * BytesIn(records_); }

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
