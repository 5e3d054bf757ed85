#include "index/loading/intake/record_spool.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "index/status/status_facts.h"
#include "index/status/status_macros.h"
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

class MemorySpool final : public RecordSpool {
 public:
  explicit MemorySpool(size_t tag_count) { records_.columns.resize(tag_count); }

  absl::Status Append(absl::Span<const Ordinal> ordinals, const BatchRejections& rejections,
                      absl::Span<const TypedColumn> columns) override {
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
    return absl::OkStatus();
  }

  uint64_t record_count() const override { return records_.ordinals.size(); }

  std::vector<uint64_t> entry_counts() const override {
    std::vector<uint64_t> counts;
    for (const TypedColumn& column : records_.columns)
      counts.push_back(column.size() + column.cleared.size());
    return counts;
  }

  uint64_t ByteSize() const override {
    uint64_t bytes = BytesOf(records_.ordinals) + BytesOf(records_.lines);
    for (const TypedColumn& column : records_.columns) bytes += column.ByteSize();
    return bytes;
  }

  uint64_t LargestVectorBytes() const override {
    uint64_t largest = BytesOf(records_.lines);
    for (const TypedColumn& column : records_.columns) {
      largest = std::max({largest, BytesOf(column.records), BytesOf(column.values), BytesOf(column.numbers)});
    }
    return largest;
  }

  SpooledRecords Take() override {
    SpooledRecords taken = std::move(records_);
    records_ = SpooledRecords();
    records_.columns.resize(taken.columns.size());
    return taken;
  }

 private:
  absl::Status CheckRoom(size_t batch_records) const {
    if (records_.ordinals.size() + batch_records <= kRecordsMax) return absl::OkStatus();
    return WithLimit(absl::ResourceExhaustedError(
                         Sentence("a load takes at most ", kRecordsMax, " records; split the input")),
                     kRecordsMax);
  }

  static void AppendColumn(const TypedColumn& from, const std::vector<uint32_t>& number_of, TypedColumn& to) {
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

  SpooledRecords records_;
};

}  // namespace

std::unique_ptr<RecordSpool> NewMemorySpool(size_t tag_count) {
  return std::make_unique<MemorySpool>(tag_count);
}

}  // namespace muster::index
