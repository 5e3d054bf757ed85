#include "index/loading/record_spool.h"

#include <limits>
#include <utility>

#include "index/dictionary/sentence.h"
#include "index/status_reason.h"

namespace muster::index {
namespace {

constexpr uint32_t kDropped = std::numeric_limits<uint32_t>::max();
// Record numbers are 32-bit; the last is kDropped.
constexpr uint64_t kRecordsMax = kDropped;

class MemorySpool final : public RecordSpool {
 public:
  MemorySpool(size_t tag_count, uint64_t bytes_max) : bytes_max_(bytes_max) {
    records_.columns.resize(tag_count);
  }

  absl::Status Append(absl::Span<const Ordinal> ordinals, const BatchRejections& rejections,
                      absl::Span<const TypedColumn> columns) override {
    if (absl::Status room = CheckRoom(ordinals.size()); !room.ok()) return room;
    std::vector<uint32_t> number_of(ordinals.size(), kDropped);
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

  SpooledRecords Take() override {
    SpooledRecords taken = std::move(records_);
    records_ = SpooledRecords();
    records_.columns.resize(taken.columns.size());
    return taken;
  }

 private:
  absl::Status CheckRoom(size_t batch_records) const {
    if (records_.ordinals.size() + batch_records > kRecordsMax) {
      return WithReason(absl::ResourceExhaustedError(
                            Sentence("a load takes at most ", kRecordsMax, " records; split the input")),
                        Reason::kLimit);
    }
    uint64_t bytes =
        records_.ordinals.capacity() * sizeof(Ordinal) + records_.lines.capacity() * sizeof(uint64_t);
    for (const TypedColumn& column : records_.columns) bytes += column.ByteSize();
    if (bytes <= bytes_max_) return absl::OkStatus();
    return WithReason(absl::ResourceExhaustedError(Sentence(
                          "the records of this load take more than ", bytes_max_ >> 20,
                          " MiB of memory after ", records_.ordinals.size(), " records; split the input")),
                      Reason::kLimit);
  }

  static void AppendColumn(const TypedColumn& from, const std::vector<uint32_t>& number_of, TypedColumn& to) {
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

  const uint64_t bytes_max_;
  SpooledRecords records_;
};

}  // namespace

std::unique_ptr<RecordSpool> NewMemorySpool(size_t tag_count, uint64_t bytes_max) {
  return std::make_unique<MemorySpool>(tag_count, bytes_max);
}

}  // namespace muster::index
