// A counting sort by range. It is stable, so that the records of a range keep the order of the input.
#include "index/loading/intake/range_order.h"

#include <algorithm>
#include <numeric>

namespace muster::index {
namespace {

// Where each count's share begins; one more for the end.
std::vector<uint32_t> Sums(const std::vector<uint32_t>& counts) {
  std::vector<uint32_t> begins(counts.size() + 1, 0);
  std::partial_sum(counts.begin(), counts.end(), begins.begin() + 1);
  return begins;
}

}  // namespace

RangeOrder::RangeOrder(const BlockVector<Ordinal>& ordinals, int range_bits)
    : ordinals_(ordinals), range_bits_(range_bits) {
  const auto [least, greatest] = std::minmax_element(ordinals.begin(), ordinals.end());
  first_range_ = static_cast<uint32_t>(*least >> range_bits);
  counts_.resize(static_cast<uint32_t>(*greatest >> range_bits) - first_range_ + 1, 0);
  uint32_t before = 0;
  for (uint32_t record = 0; record < ordinals.size(); ++record) {
    const uint32_t place = PlaceOf(record);
    ++counts_[place];
    grouped_ = grouped_ && place >= before;
    before = place;
  }
  begins_ = Sums(counts_);
  if (grouped_) return;
  position_.resize(ordinals.size());
  std::vector<uint32_t> next = begins_;
  for (uint32_t record = 0; record < ordinals.size(); ++record) position_[record] = next[PlaceOf(record)]++;
}

BlockVector<ValueId> RangeOrder::Ordinals() const {
  BlockVector<ValueId> within(ordinals_.size());
  const Ordinal mask = (Ordinal{1} << range_bits_) - 1;
  for (size_t record = 0; record < ordinals_.size(); ++record) {
    within[grouped_ ? record : position_[record]] = static_cast<ValueId>(ordinals_[record] & mask);
  }
  return within;
}

BlockVector<uint64_t> RangeOrder::Arrange(const BlockVector<uint64_t>& numbers) const {
  if (grouped_) return numbers;
  BlockVector<uint64_t> arranged(numbers.size());
  for (size_t record = 0; record < numbers.size(); ++record) arranged[position_[record]] = numbers[record];
  return arranged;
}

RangedEntries RangeOrder::Arrange(const TypedColumn& column) {
  RangedEntries entries{column.records,           column.values,           column.numbers, column.cleared,
                        BeginsOf(column.records), BeginsOf(column.cleared)};
  if (grouped_) return entries;
  Distribute(column, entries);
  entries.records = arranged_.records;
  entries.values = arranged_.values;
  entries.numbers = arranged_.numbers;
  entries.cleared = arranged_.cleared;
  return entries;
}

std::vector<uint32_t> RangeOrder::BeginsOf(absl::Span<const uint32_t> records) const {
  if (!grouped_) {
    std::vector<uint32_t> counts(places(), 0);
    for (const uint32_t record : records) ++counts[PlaceOf(record)];
    return Sums(counts);
  }
  std::vector<uint32_t> begins;
  for (const uint32_t first : begins_) {
    const auto begin = std::lower_bound(records.begin(), records.end(), first);
    begins.push_back(static_cast<uint32_t>(begin - records.begin()));
  }
  return begins;
}

void RangeOrder::Distribute(const TypedColumn& column, const RangedEntries& entries) {
  arranged_.records.resize(column.records.size());
  arranged_.values.resize(column.values.size());
  arranged_.numbers.resize(column.numbers.size());
  arranged_.cleared.resize(column.cleared.size());
  std::vector<uint32_t> next = entries.begins;
  for (size_t i = 0; i < column.size(); ++i) {
    const uint32_t record = column.records[i], place = PlaceOf(record), to = next[place]++;
    arranged_.records[to] = position_[record] - begins_[place];
    if (!column.values.empty()) arranged_.values[to] = column.values[i];
    if (!column.numbers.empty()) arranged_.numbers[to] = column.numbers[i];
  }
  next = entries.cleared_begins;
  for (const uint32_t record : column.cleared) {
    const uint32_t place = PlaceOf(record);
    arranged_.cleared[next[place]++] = position_[record] - begins_[place];
  }
}

}  // namespace muster::index
