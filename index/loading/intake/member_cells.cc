// Sorts a load's records by ordinal once. Each column is then arranged by copying its entries in that order,
// in linear time. The ordinals of a first load ascend already, so its columns are taken as they are.
#include "index/loading/intake/member_cells.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace muster::index {
namespace {

// Sorts `records` by ordinal, keeping the order of equal ones: a radix sort of the bytes that differ.
void SortByOrdinal(const BlockVector<Ordinal>& ordinals, BlockVector<uint32_t>& records) {
  constexpr int kDigitBits = 11;
  constexpr size_t kDigits = size_t{1} << kDigitBits;
  Ordinal greatest = 0;
  for (const uint32_t record : records) greatest = std::max(greatest, ordinals[record]);
  BlockVector<uint32_t> other(records.size());
  for (int shift = 0; shift < 64 && (greatest >> shift) != 0; shift += kDigitBits) {
    std::vector<size_t> begins(kDigits + 1, 0);
    for (const uint32_t record : records) ++begins[((ordinals[record] >> shift) & (kDigits - 1)) + 1];
    std::partial_sum(begins.begin(), begins.end(), begins.begin());
    for (const uint32_t record : records)
      other[begins[(ordinals[record] >> shift) & (kDigits - 1)]++] = record;
    records.swap(other);
  }
}

// Writes a member's entries [begin, end) of `cells` to `to`, in the order of their values, without
// duplicates. Returns where the next member's entries go.
size_t SettleMember(MemberCells& cells, size_t begin, size_t end, size_t to,
                    std::vector<std::pair<ValueId, int64_t>>& scratch) {
  const bool weighted = !cells.numbers.empty();
  scratch.clear();
  for (size_t i = begin; i < end; ++i) scratch.emplace_back(cells.values[i], weighted ? cells.numbers[i] : 0);
  std::sort(scratch.begin(), scratch.end());
  scratch.erase(std::unique(scratch.begin(), scratch.end()), scratch.end());
  const Ordinal member = cells.ordinals[begin];
  for (const auto& [value, weight] : scratch) {
    cells.ordinals[to] = member;
    cells.values[to] = value;
    if (weighted) cells.numbers[to] = weight;
    ++to;
  }
  return to;
}

// Removes equal entries from several records of one member.
void SettleDoubles(MemberCells& cells) {
  std::vector<std::pair<ValueId, int64_t>> scratch;
  size_t to = 0;
  for (size_t begin = 0, end = 0; begin < cells.ordinals.size(); begin = end) {
    end = begin + 1;
    while (end < cells.ordinals.size() && cells.ordinals[end] == cells.ordinals[begin]) ++end;
    if (cells.values.empty()) {  // a number: all of them agree
      cells.ordinals[to] = cells.ordinals[begin];
      cells.numbers[to++] = cells.numbers[begin];
    } else {
      to = SettleMember(cells, begin, end, to, scratch);
    }
  }
  cells.ordinals.resize(to);
  if (!cells.values.empty()) cells.values.resize(to);
  if (!cells.numbers.empty()) cells.numbers.resize(to);
}

// A value that many members have takes one counter, as long as there are not many more counters than values.
std::vector<ValueSize> SizesByCounting(absl::Span<const ValueId> values, ValueId greatest) {
  std::vector<uint32_t> counts(greatest + size_t{1}, 0);
  for (const ValueId value : values) ++counts[value];
  std::vector<ValueSize> sizes;
  for (size_t value = 0; value < counts.size(); ++value) {
    if (counts[value] > 0) sizes.push_back({static_cast<ValueId>(value), counts[value]});
  }
  return sizes;
}

}  // namespace

std::vector<ValueSize> SizesOf(absl::Span<const ValueId> values) {
  if (values.empty()) return {};
  const ValueId greatest = *std::max_element(values.begin(), values.end());
  if (greatest / 4 <= values.size()) return SizesByCounting(values, greatest);
  std::vector<ValueId> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  std::vector<ValueSize> sizes;
  for (const ValueId value : sorted) {
    if (sizes.empty() || sizes.back().value != value) sizes.push_back({value, 0});
    ++sizes.back().members;
  }
  return sizes;
}

MemberOrder::MemberOrder(const BlockVector<Ordinal>& ordinals, const std::vector<uint8_t>& dropped)
    : ordinals_(ordinals) {
  records_.reserve(ordinals.size());
  for (uint32_t record = 0; record < ordinals.size(); ++record) {
    if (dropped.empty() || !dropped[record]) records_.push_back(record);
  }
  const auto not_after = [&ordinals](uint32_t a, uint32_t b) { return ordinals[a] >= ordinals[b]; };
  const bool ascending = std::adjacent_find(records_.begin(), records_.end(), not_after) == records_.end();
  in_order_ = ascending && records_.size() == ordinals.size();
  if (!ascending) SortByOrdinal(ordinals, records_);
  members_.reserve(records_.size());
  for (const uint32_t record : records_) members_.push_back(ordinals[record]);
  members_.erase(std::unique(members_.begin(), members_.end()), members_.end());
}

void MemberOrder::ArrangeEntries(const TypedColumn& column, MemberCells& cells) const {
  // Where each record's entries begin.
  BlockVector<uint32_t> begins(ordinals_.size() + 1, 0);
  for (const uint32_t record : column.records) ++begins[record + 1];
  std::partial_sum(begins.begin(), begins.end(), begins.begin());
  cells.ordinals.reserve(column.size());
  cells.values.reserve(column.values.size());
  cells.numbers.reserve(column.numbers.size());
  for (const uint32_t record : records_) {
    for (uint32_t i = begins[record]; i < begins[record + 1]; ++i) {
      cells.ordinals.push_back(ordinals_[record]);
      if (!column.values.empty()) cells.values.push_back(column.values[i]);
      if (!column.numbers.empty()) cells.numbers.push_back(column.numbers[i]);
    }
  }
}

MemberCells MemberOrder::Arrange(TypedColumn column) const {
  MemberCells cells;
  if (in_order_) {
    // The usual first load: ordinals were assigned in the order of the records.
    cells.ordinals.reserve(column.size());
    for (const uint32_t record : column.records) cells.ordinals.push_back(ordinals_[record]);
    cells.values = std::move(column.values);
    cells.numbers = std::move(column.numbers);
    for (const uint32_t record : column.cleared) cells.cleared.push_back(ordinals_[record]);
    return cells;
  }
  ArrangeEntries(column, cells);
  if (members_.size() < records_.size()) SettleDoubles(cells);
  std::vector<uint8_t> clears(ordinals_.size(), 0);
  for (const uint32_t record : column.cleared) clears[record] = 1;
  for (const uint32_t record : records_) {
    const bool again = !cells.cleared.empty() && cells.cleared.back() == ordinals_[record];
    if (clears[record] && !again) cells.cleared.push_back(ordinals_[record]);
  }
  return cells;
}

}  // namespace muster::index
