// Sorts a load's records by ordinal once. Each column is then arranged by copying its entries in that order,
// in linear time. The ordinals of a first load ascend already, so its columns are taken as they are.
#include "index/loading/intake/member_cells.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace muster::index {
namespace {

// A column with fewer entries than one in so many records is sorted for itself.
constexpr size_t kFewEntries = 32;

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

// Whether, of a member's numbers in the order of the input, the later one takes the earlier one's place.
bool TakesPlace(int64_t later, int64_t earlier, OnConflict rule) {
  switch (rule) {
    case OnConflict::kLast:
      return true;
    case OnConflict::kMax:
      return later > earlier;
    case OnConflict::kMin:
      return later < earlier;
    default:  // the first one stays, or they are equal
      return false;
  }
}

// Of the weights of one value, in the order of the input, keeps the one that `rule` chooses.
void ChooseWeights(std::vector<std::pair<ValueId, int64_t>>& items, OnConflict rule) {
  std::stable_sort(items.begin(), items.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  size_t kept = 0;
  for (size_t i = 0; i < items.size(); ++i) {
    if (kept == 0 || items[kept - 1].first != items[i].first) {
      items[kept++] = items[i];
    } else if (TakesPlace(items[i].second, items[kept - 1].second, rule)) {
      items[kept - 1].second = items[i].second;
    }
  }
  items.resize(kept);
}

// Removes equal entries from several records of one member, and those that a rule doesn't choose.
class DoubleRemover {
 public:
  DoubleRemover(MemberCells& cells, OnConflict rule)
      : cells_(cells),
        rule_(rule),
        weighted_(!cells.values.empty() && !cells.numbers.empty()),
        // Numbers that no rule chooses from are equal. Texts that no rule chooses from unite.
        keeps_one_(cells.values.empty() || (rule != OnConflict::kReject && !weighted_)) {}

  void Run() {
    for (size_t begin = 0, end = 0; begin < cells_.ordinals.size(); begin = end) {
      end = begin + 1;
      while (end < cells_.ordinals.size() && cells_.ordinals[end] == cells_.ordinals[begin]) ++end;
      if (keeps_one_) {
        KeepOne(begin, end);
      } else {
        Unite(begin, end);
      }
    }
    cells_.ordinals.resize(kept_);
    if (!cells_.values.empty()) cells_.values.resize(kept_);
    if (!cells_.numbers.empty()) cells_.numbers.resize(kept_);
  }

 private:
  // Of a member's entries [begin, end), which are in the order of the input.
  void KeepOne(size_t begin, size_t end) {
    size_t chosen = begin;
    for (size_t i = begin + 1; i < end; ++i) {
      const bool later = cells_.values.empty() ? TakesPlace(cells_.numbers[i], cells_.numbers[chosen], rule_)
                                               : rule_ == OnConflict::kLast;
      if (later) chosen = i;
    }
    cells_.ordinals[kept_] = cells_.ordinals[chosen];
    if (!cells_.values.empty()) cells_.values[kept_] = cells_.values[chosen];
    if (!cells_.numbers.empty()) cells_.numbers[kept_] = cells_.numbers[chosen];
    ++kept_;
  }

  // Keeps each value once, in the order of the values.
  void Unite(size_t begin, size_t end) {
    items_.clear();
    for (size_t i = begin; i < end; ++i)
      items_.emplace_back(cells_.values[i], weighted_ ? cells_.numbers[i] : 0);
    if (weighted_ && rule_ != OnConflict::kReject) ChooseWeights(items_, rule_);
    std::sort(items_.begin(), items_.end());
    items_.erase(std::unique(items_.begin(), items_.end()), items_.end());
    const Ordinal member = cells_.ordinals[begin];
    for (const auto& [value, weight] : items_) {
      cells_.ordinals[kept_] = member;
      cells_.values[kept_] = value;
      if (weighted_) cells_.numbers[kept_] = weight;
      ++kept_;
    }
  }

  MemberCells& cells_;
  const OnConflict rule_;
  const bool weighted_, keeps_one_;
  size_t kept_ = 0;
  std::vector<std::pair<ValueId, int64_t>> items_;
};

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
    : ordinals_(ordinals), dropped_(dropped) {
  records_.reserve(ordinals.size());
  for (uint32_t record = 0; record < ordinals.size(); ++record) {
    if (Counts(record)) records_.push_back(record);
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

void MemberOrder::ArrangeFew(const TypedColumn& column, MemberCells& cells) const {
  std::vector<uint32_t> entries;
  entries.reserve(column.size());
  for (uint32_t i = 0; i < column.size(); ++i) {
    if (Counts(column.records[i])) entries.push_back(i);
  }
  // Entries of one member stay in the order of the input.
  std::stable_sort(entries.begin(), entries.end(), [&](uint32_t a, uint32_t b) {
    return ordinals_[column.records[a]] < ordinals_[column.records[b]];
  });
  for (const uint32_t i : entries) {
    cells.ordinals.push_back(ordinals_[column.records[i]]);
    if (!column.values.empty()) cells.values.push_back(column.values[i]);
    if (!column.numbers.empty()) cells.numbers.push_back(column.numbers[i]);
  }
}

void MemberOrder::SettleClearing(TypedColumn& column, OnConflict rule) const {
  // The deciding record of each member that one clears: the first or the last.
  absl::flat_hash_map<Ordinal, uint32_t> clearing, giving;
  const bool last = rule == OnConflict::kLast;
  const auto decide = [last](absl::flat_hash_map<Ordinal, uint32_t>& by_member, Ordinal member,
                             uint32_t record) {
    const auto [place, is_new] = by_member.emplace(member, record);
    if (!is_new && last) place->second = record;
  };
  for (const uint32_t record : column.cleared) {
    if (Counts(record)) decide(clearing, ordinals_[record], record);
  }
  for (const uint32_t record : column.records) {
    if (Counts(record) && clearing.contains(ordinals_[record])) decide(giving, ordinals_[record], record);
  }
  const auto is_cleared = [&](Ordinal member) {
    const auto clears = clearing.find(member), gives = giving.find(member);
    if (clears == clearing.end() || gives == giving.end()) return gives == giving.end();
    if (rule == OnConflict::kMax || rule == OnConflict::kMin) return false;
    return last ? clears->second > gives->second : clears->second < gives->second;
  };
  size_t kept = 0;
  for (size_t i = 0; i < column.records.size(); ++i) {
    const Ordinal member = ordinals_[column.records[i]];
    if (giving.contains(member) && is_cleared(member)) continue;
    column.records[kept] = column.records[i];
    if (!column.values.empty()) column.values[kept] = column.values[i];
    if (!column.numbers.empty()) column.numbers[kept] = column.numbers[i];
    ++kept;
  }
  column.records.resize(kept);
  if (!column.values.empty()) column.values.resize(kept);
  if (!column.numbers.empty()) column.numbers.resize(kept);
  const auto overruled = [&](uint32_t record) {
    return giving.contains(ordinals_[record]) && !is_cleared(ordinals_[record]);
  };
  column.cleared.erase(std::remove_if(column.cleared.begin(), column.cleared.end(), overruled),
                       column.cleared.end());
}

MemberCells MemberOrder::Arrange(TypedColumn column, OnConflict rule) const {
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
  const bool repeated = members_.size() < records_.size();
  if (repeated && rule != OnConflict::kReject && !column.cleared.empty()) SettleClearing(column, rule);
  if (column.size() < ordinals_.size() / kFewEntries) {
    ArrangeFew(column, cells);
  } else {
    ArrangeEntries(column, cells);
  }
  if (repeated) DoubleRemover(cells, rule).Run();
  if (column.cleared.empty()) return cells;
  std::vector<uint8_t> clears(ordinals_.size(), 0);
  for (const uint32_t record : column.cleared) clears[record] = 1;
  for (const uint32_t record : records_) {
    const bool again = !cells.cleared.empty() && cells.cleared.back() == ordinals_[record];
    if (clears[record] && !again) cells.cleared.push_back(ordinals_[record]);
  }
  return cells;
}

}  // namespace muster::index
