#include "index/loading/staging/row_builder.h"

#include <algorithm>
#include <bit>
#include <numeric>
#include <optional>
#include <utility>

#include "index/bitmap/number_slices.h"
#include "index/bitmap/slice_words.h"
#include "index/status/status_macros.h"

namespace muster::index {
namespace {

// Entries of one fragment: [begin, end).
struct FragmentRange {
  uint32_t fragment;
  size_t begin, end;
};

std::vector<FragmentRange> RangesOf(absl::Span<const Ordinal> ordinals) {
  std::vector<FragmentRange> ranges;
  for (size_t begin = 0; begin < ordinals.size();) {
    const uint32_t fragment = FragmentOf(ordinals[begin]);
    const auto end = std::lower_bound(ordinals.begin() + static_cast<ptrdiff_t>(begin), ordinals.end(),
                                      FirstOrdinalOf(fragment + 1));
    ranges.push_back({fragment, begin, static_cast<size_t>(end - ordinals.begin())});
    begin = ranges.back().end;
  }
  return ranges;
}

// From so many members of a fragment on, its numbers are transposed.
constexpr size_t kManyMembers = kFragmentOrdinals / 8;

// Appends the members of the range for which `test(i)` holds. Branch-free: the tests of a slice are
// unpredictable.
template <typename Test>
void Select(absl::Span<const Ordinal> ordinals, const FragmentRange& range, FragmentSets& sets, Test test) {
  BlockVector<uint32_t> locals(range.end - range.begin + 1);
  size_t count = 0;
  for (size_t i = range.begin; i < range.end; ++i) {
    locals[count] = LocalOf(ordinals[i]);
    count += test(i) ? 1 : 0;
  }
  if (count == 0) return;
  sets.emplace_back(range.fragment, Bitmap::FromSorted(absl::MakeConstSpan(locals).subspan(0, count)));
}

// The slices of magnitudes, by bit.
std::vector<FragmentSets> SlicesOf(absl::Span<const Ordinal> ordinals, absl::Span<const uint64_t> magnitudes,
                                   uint64_t all_bits) {
  const int bits = static_cast<int>(std::bit_width(all_bits));
  std::vector<FragmentSets> slices(static_cast<size_t>(bits));
  for (const FragmentRange& range : RangesOf(ordinals)) {
    const size_t count = range.end - range.begin;
    std::optional<SliceWords> words;
    if (count >= kManyMembers)
      words.emplace(ordinals.subspan(range.begin, count), magnitudes.subspan(range.begin, count), bits);
    for (int bit = 0; bit < bits; ++bit) {
      if (((all_bits >> bit) & 1) == 0) continue;
      FragmentSets& sets = slices[static_cast<size_t>(bit)];
      if (words) {
        Bitmap set = Bitmap::FromWords(words->Slice(bit));
        if (!set.Empty()) sets.emplace_back(range.fragment, std::move(set));
      } else {
        Select(ordinals, range, sets, [&](size_t i) { return (magnitudes[i] >> bit) & 1; });
      }
    }
  }
  return slices;
}

bool HasSlot(absl::Span<const RowId> rows, RowId row) {
  return std::binary_search(rows.begin(), rows.end(), row);
}

bool Clears(const ClearedMembers& cleared) { return cleared.everyone || !cleared.sets.empty(); }

// Sorts `order`, keeping equal ones, by twelve bits of the values they name.
void SortByDigit(absl::Span<const ValueId> values, int shift, BlockVector<uint32_t>& order) {
  constexpr size_t kDigits = 1 << 12;
  std::vector<uint32_t> begins(kDigits + 1, 0);
  for (const uint32_t i : order) ++begins[((values[i] >> shift) & (kDigits - 1)) + 1];
  std::partial_sum(begins.begin(), begins.end(), begins.begin());
  BlockVector<uint32_t> sorted(order.size());
  for (const uint32_t i : order) sorted[begins[(values[i] >> shift) & (kDigits - 1)]++] = i;
  order.swap(sorted);
}

// The rows of `value` in `rows`, which ascend.
absl::Span<const RowId> RowsOfValue(absl::Span<const RowId> rows, ValueId value) {
  const auto begin = std::lower_bound(rows.begin(), rows.end(), MakeRow(value, 0));
  const auto end = std::lower_bound(begin, rows.end(), MakeRow(value + 1, 0));
  return rows.subspan(static_cast<size_t>(begin - rows.begin()), static_cast<size_t>(end - begin));
}

// One value of a load: its members, with weights where the load has any. Empty when the load lacks it.
struct LoadedValue {
  SlicedNumbers entries;
  bool weighted = false;
};

// Writes its rows.
absl::Status WriteValue(const LoadedValue& loaded, absl::Span<const RowId> parent_rows,
                        const ClearedMembers& cleared, RowSink& sink) {
  const RowId membership = MakeRow(loaded.entries.value, kMembershipSlot);
  FragmentSets sets = CutIntoFragments(loaded.entries.ordinals);
  if (!loaded.weighted) {
    absl::Status written = sink.WriteRow(membership, std::move(sets), cleared);
    // A tag with weights is always loaded with weights, so this is only clearing, which removes all slots of
    // a value.
    for (const RowId row : parent_rows) {
      if (written.ok() && SlotOf(row) != kMembershipSlot) written = sink.WriteRow(row, {}, cleared);
    }
    return written;
  }
  // A member that gets a weight loses the old one.
  const ClearedMembers old_weights = JoinCleared(cleared, sets);
  RETURN_IF_ERROR(sink.WriteRow(membership, std::move(sets), cleared));
  return WriteSlices(loaded.entries, parent_rows, old_weights, sink);
}

}  // namespace

absl::Status WriteSlices(const SlicedNumbers& numbers, absl::Span<const RowId> parent_rows,
                         const ClearedMembers& cleared, RowSink& sink) {
  uint64_t all_bits = 0;
  bool negative = false;
  BlockVector<uint64_t> magnitudes(numbers.numbers.size());
  for (size_t i = 0; i < magnitudes.size(); ++i) {
    magnitudes[i] = MagnitudeOf(numbers.numbers[i]);
    all_bits |= magnitudes[i];
    negative = negative || numbers.numbers[i] < 0;
  }
  const RowId sign_row = MakeRow(numbers.value, kSignSlot);
  if (negative || HasSlot(parent_rows, sign_row)) {
    FragmentSets sets;
    if (negative) {
      for (const FragmentRange& range : RangesOf(numbers.ordinals))
        Select(numbers.ordinals, range, sets, [&](size_t i) { return numbers.numbers[i] < 0; });
    }
    RETURN_IF_ERROR(sink.WriteRow(sign_row, std::move(sets), cleared));
  }
  std::vector<FragmentSets> slices = SlicesOf(numbers.ordinals, magnitudes, all_bits);
  for (int bit = 0; bit < kMagnitudeBits; ++bit) {
    const RowId row = MakeRow(numbers.value, MagnitudeSlot(bit));
    const bool used = (all_bits >> bit) & 1;
    if (!used && !HasSlot(parent_rows, row)) continue;
    FragmentSets sets;
    if (used) sets = std::move(slices[static_cast<size_t>(bit)]);
    RETURN_IF_ERROR(sink.WriteRow(row, std::move(sets), cleared));
  }
  return absl::OkStatus();
}

ValueMembers ByValue(MemberCells cells) {
  BlockVector<uint32_t> order(cells.values.size());
  std::iota(order.begin(), order.end(), 0);
  SortByDigit(cells.values, 0, order);
  const bool wide =
      std::any_of(cells.values.begin(), cells.values.end(), [](ValueId value) { return value >> 12; });
  if (wide) SortByDigit(cells.values, 12, order);
  ValueMembers members;
  members.values.reserve(order.size());
  members.ordinals.reserve(order.size());
  for (const uint32_t i : order) {
    members.values.push_back(cells.values[i]);
    members.ordinals.push_back(cells.ordinals[i]);
  }
  members.weights.reserve(cells.numbers.empty() ? 0 : order.size());
  for (const uint32_t i : order) {
    if (!cells.numbers.empty()) members.weights.push_back(cells.numbers[i]);
  }
  return members;
}

size_t CountValues(const ValueMembers& members) {
  size_t count = 0;
  for (size_t i = 0; i < members.values.size(); ++i) {
    count += i == 0 || members.values[i] != members.values[i - 1] ? 1 : 0;
  }
  return count;
}

absl::Status WriteValueRows(const ValueMembers& members, absl::Span<const RowId> parent_rows,
                            const ClearedMembers& cleared, RowSink& sink) {
  size_t begin = 0, parent = 0;
  while (begin < members.values.size() || (Clears(cleared) && parent < parent_rows.size())) {
    // The next value: of the load, or of the parent when it may lose members.
    ValueId value = kMaxValueId + 1;
    if (begin < members.values.size()) value = members.values[begin];
    if (Clears(cleared) && parent < parent_rows.size()) value = std::min(value, ValueOf(parent_rows[parent]));
    size_t end = begin;
    while (end < members.values.size() && members.values[end] == value) ++end;
    const absl::Span<const RowId> rows = RowsOfValue(parent_rows, value);
    LoadedValue loaded{.weighted = !members.weights.empty()};
    loaded.entries = {value, absl::MakeConstSpan(members.ordinals).subspan(begin, end - begin)};
    if (loaded.weighted)
      loaded.entries.numbers = absl::MakeConstSpan(members.weights).subspan(begin, end - begin);
    RETURN_IF_ERROR(WriteValue(loaded, rows, cleared, sink));
    while (parent < parent_rows.size() && ValueOf(parent_rows[parent]) <= value) ++parent;
    begin = end;
  }
  return absl::OkStatus();
}

}  // namespace muster::index
